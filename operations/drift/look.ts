import type { Manifest } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import type { Deployed } from '../terraform/deployed';
import { compareDocker, observeDocker } from './docker';
import { layers as allLayers, type Finding, type Layer, type Unread } from './finding';
import { merge } from './merge';
import { type LayerLook, type Report, reportVersion, verdictOf } from './report';
import { compareSettings, observeSettings } from './settings';
import { compareTerraform, observeTerraform } from './terraform';

/** What is compared with what. */
export interface LookProps {
  readonly docker: DockerClient;
  /** What was declared, with the stacks that Terraform plans. */
  readonly declared: Deployed;
  /** Look here alone. @default all */
  readonly layers?: readonly Layer[];
  /** Look at this service alone. @default all */
  readonly service?: string;
  /** What a reader of the report should know besides. @default none */
  readonly notes?: readonly string[];
}

/** What one layer showed. */
export interface LayerResult {
  readonly layer: Layer;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly unread: readonly Unread[];
}

type Look = (props: LookProps, manifest: Manifest) => Promise<Pick<LayerResult, 'findings' | 'unread'>>;

const looks: Readonly<Record<Layer, Look>> = {
  docker: async ({ docker }, manifest) => {
    const observed = await observeDocker(docker, manifest);
    return { findings: compareDocker(manifest, observed), unread: observed.unread };
  },
  settings: async ({ docker, service }, manifest) => {
    const observed = await observeSettings(docker, manifest, {
      services: service === undefined ? undefined : [service],
    });
    return { findings: compareSettings(manifest, observed), unread: observed.unread };
  },
  terraform: async ({ docker, declared, service }, manifest) => {
    const observed = await observeTerraform(docker, declared, { service });
    return { findings: compareTerraform(manifest, observed), unread: observed.unread };
  },
};

/** Reads one layer and compares it. Never throws: a layer that cannot be read is said to be unread. */
export async function lookAt(layer: Layer, props: LookProps): Promise<LayerResult> {
  const startedAt = performance.now();
  const shown = await looks[layer](props, props.declared.manifest).catch((error: Error) => ({
    findings: [],
    unread: [{ layer, what: 'everything', reason: error.message }],
  }));
  return { layer, seconds: secondsSince(startedAt), ...shown };
}

/** One report of what the layers showed: findings of one cause are one. */
export function compose({ declared, service, notes = [] }: LookProps, results: readonly LayerResult[]): Report {
  const { manifest, deployedAt } = declared;
  const findings = merge(results.flatMap((result) => result.findings)).filter(
    (finding) => service === undefined || finding.service === service,
  );
  const looked: LayerLook[] = results.map(({ layer, seconds, unread }) => ({
    layer,
    seconds,
    unread: unread.map(({ what, reason }) => ({ what, reason })),
  }));
  return {
    version: reportVersion,
    profile: manifest.profile.name,
    project: manifest.project,
    ...(deployedAt && { deployedAt }),
    lookedAt: new Date().toISOString(),
    seconds: Math.max(0, ...results.map(({ seconds }) => seconds)),
    verdict: verdictOf(looked, findings),
    services: service === undefined ? manifest.services.length : 1,
    layers: looked,
    findings,
    notes: [...notes],
  };
}

/** Looks at the platform once, all layers at the same time. Changes nothing. */
export async function look(props: LookProps): Promise<Report> {
  const wanted = props.layers ?? allLayers;
  return compose(props, await Promise.all(wanted.map((layer) => lookAt(layer, props))));
}

const secondsSince = (startedAt: number) => Math.round(performance.now() - startedAt) / 1000;
