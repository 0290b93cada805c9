import { labels } from '@nautilus/config';
import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import { attributeOf } from '../drift/terraform/attributes';
import type { PlannedDeployment } from '../terraform/deploy';
import { type ImageFiles, imageFiles, readImageFiles } from '../terraform/image-files';
import { changesEngine, type PlannedChange } from '../terraform/plan';
import type { StackPlan } from '../terraform/stack';
import { type Reason, reasons } from './reasons';

/** Version of the report's shape. A field may be added in the same version; none changes its meaning or goes. */
const diffVersion = 1;

/**
 * create: it is made; replace: it is stopped and made again; update: in place, nothing stops; start: it is there and does not
 * run; remove: it goes.
 */
export type Effect = 'create' | 'replace' | 'update' | 'start' | 'remove';

/** What a deployment would do to one object of the platform. */
export interface ObjectPlan {
  /** A service of the manifest, `network`, `volume …`, or the object's own name. */
  readonly service: string;
  /** container, network, volume, grafana_dashboard … */
  readonly object: string;
  /** Name in Docker. */
  readonly name: string;
  readonly effect: Effect;
  /** How long the service is away, as it took last; absent where nothing stops or nobody knows. */
  readonly stopsForSeconds?: number;
  readonly reasons: readonly Reason[];
}

/** Data that a deployment would take away. */
export interface DataLoss {
  readonly volume: string;
  readonly purpose: string;
}

/** What a deployment would do, in the platform's words. */
export interface DiffReport {
  readonly version: typeof diffVersion;
  readonly profile: string;
  readonly project: string;
  /** ISO 8601: when that was deployed which the reasons compare with; absent where nothing was. */
  readonly deployedAt?: string;
  readonly differs: boolean;
  /** In order of deployment. */
  readonly objects: readonly ObjectPlan[];
  /** Services whose images are built. */
  readonly builds: readonly string[];
  readonly dataLost: readonly DataLoss[];
  /** Stacks that can only be planned while the deployment goes on. */
  readonly later: readonly { readonly stack: string; readonly when: string }[];
  /** The same in Terraform's words. */
  readonly stacks: readonly StackPlan[];
}

/** What a deployment would do and why. Changes nothing. */
export function diffReport({ manifest, output, plans, before, startTimes }: PlannedDeployment): DiffReport {
  const kept = before === undefined ? {} : readImageFiles(before.folder);
  const old = new Map(before === undefined ? [] : containersOf(before.manifest).map((one) => [one.container, one]));
  const fresh = new Map(containersOf(manifest).map((one) => [one.container, one]));
  const changes = plans.flatMap((plan) => plan.changes).filter(changesEngine);

  const whyOf = (change: PlannedChange): Reason[] => {
    if (change.action === 'create' || change.action === 'destroy') return [];
    const [was, is] = [old.get(change.name), fresh.get(change.name)];
    const files = (name: string): ImageFiles => (was?.image === is?.image ? {} : imageFiles(output, name));
    const declared =
      was && is
        ? reasons(
            { container: was, files: was.image === is.image ? {} : (kept[was.name] ?? {}) },
            { container: is, files: files(is.name) },
          )
        : [];
    return declared.length > 0 ? declared : ofTerraform(change, isAsDeployed(change.kind, was, is));
  };

  const isAsDeployed = (
    kind: string,
    was: ManifestContainer | undefined,
    is: ManifestContainer | undefined,
  ): boolean => {
    if (before === undefined) return false;
    if (kind === 'container') return was !== undefined && was.labels[labels.spec] === is?.labels[labels.spec];
    return kind === 'network' && JSON.stringify(before.manifest.network) === JSON.stringify(manifest.network);
  };

  return {
    version: diffVersion,
    profile: manifest.profile.name,
    project: manifest.project,
    ...(before?.deployedAt && { deployedAt: before.deployedAt }),
    differs: changes.length > 0,
    objects: changes
      .filter(({ kind }) => kind !== 'image')
      .map((change) => {
        const effect = effectOf(change);
        const seconds = startTimes[change.name];
        return {
          service: (fresh.get(change.name) ?? old.get(change.name))?.name ?? serviceOf(change, manifest),
          object: change.kind,
          name: change.name,
          effect,
          ...(effect === 'replace' && seconds !== undefined && { stopsForSeconds: seconds }),
          reasons: whyOf(change),
        };
      }),
    builds: changes
      .filter(({ kind, action }) => kind === 'image' && action !== 'destroy')
      .map(({ name }) => [...fresh.values()].find(({ image }) => image === name)?.name ?? name),
    dataLost: changes
      .filter(({ kind, action }) => kind === 'volume' && (action === 'replace' || action === 'destroy'))
      .flatMap(({ name }) => {
        const volume = manifest.volumes.find((one) => one.name === name);
        return volume !== undefined && !volume.kept ? [] : [{ volume: name, purpose: volume?.purpose ?? 'unknown' }];
      }),
    later: plans.flatMap(({ stack, later }) => (later === undefined ? [] : [{ stack, when: later }])),
    stacks: plans,
  };
}

const containersOf = ({ services, oneShots }: Manifest): readonly ManifestContainer[] => [...services, ...oneShots];

const serviceOf = ({ kind, name }: PlannedChange, { project }: Manifest): string => {
  if (kind === 'network') return 'network';
  return kind === 'volume' ? `volume ${name.replace(`${project}-`, '')}` : name;
};

function effectOf({ action, differences }: PlannedChange): Effect {
  if (action === 'destroy') return 'remove';
  if (action === 'update') return differences.some(startsIt) ? 'start' : 'update';
  return action === 'replace' ? 'replace' : 'create';
}

const startsIt = ({ attribute, after }: PlannedChange['differences'][number]) =>
  attribute === 'must_run' && after === 'true';

/** What Terraform saw. Where the declaration is as it was deployed, somebody changed what runs. */
const ofTerraform = ({ kind, differences }: PlannedChange, asDeployed: boolean): Reason[] =>
  differences
    .filter((difference) => !startsIt(difference))
    .map(({ attribute, before, after }) => ({
      what: attributeOf(kind, attribute)?.what ?? attribute,
      ...(before !== undefined && { from: before, to: after }),
      by: asDeployed ? 'hand' : 'declaration',
    }));
