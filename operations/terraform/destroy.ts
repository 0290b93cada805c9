import { labels } from '@nautilus/config';
import type { ContainerSummary, DockerClient } from '../docker';
import { deployable } from './availability';
import type { OperationProps, PlannedDeployment } from './deploy';
import { forgetDeployed } from './deployed';
import { Deployment } from './deployment';
import type { StackPlan } from './stack';
import { nameOf, pruneImages, type Removed, removeContainers, sweep } from './sweep';
import { synthesize } from './synthesize';
import { deploymentOutput } from './workspace';

/** The stack of the data volumes. */
const storage = 'storage';

export interface DestroyProps extends OperationProps {
  /** Destroy the data too. */
  readonly volumes: boolean;
  /** Shown the plan; false ends without a change. */
  readonly agree: (planned: PlannedDeployment) => Promise<boolean>;
}

export interface Destroyed {
  /** Data volumes that are still there. */
  readonly keptVolumes: readonly string[];
  readonly seconds: number;
}

/**
 * Takes the platform down: no container, network or image of the project is left, whether terraform knew of it or not.
 * Data volumes stay unless `volumes` is given. Undefined when `agree` said no.
 */
export async function destroy(props: DestroyProps): Promise<Destroyed | undefined> {
  const { profileName, docker, moveState, listener, volumes, agree } = props;
  const startedAt = performance.now();
  const note = (text: string) => listener({ kind: 'note', text });
  const { profile, without } = await deployable(profileName, props.profile, docker, note);
  const output = deploymentOutput(profile);
  note(`synthesizing profile ${profile.name}`);
  const manifest = await synthesize({ profile: profileName, output, releaseVolumes: volumes, without });
  return Deployment.with({ profile, manifest, output, docker, moveState, listener }, async (deployment) => {
    const plans = await deployment.planDestroy((name) => volumes || name !== storage);
    const { project } = manifest;
    const strays = await unknown(docker, project, plans);
    for (const stray of strays) note(`terraform's state does not know container ${nameOf(stray)}: it is removed, too`);
    if (!(await agree({ manifest, output, plans, startTimes: {} }))) return undefined;

    const tell = (removed: Removed) => {
      for (const object of removed) note(`removed ${object}`);
    };
    // First: they hold the network and the volumes that terraform is about to remove.
    tell(await removeContainers(docker, strays));
    await deployment.apply(plans);
    if (volumes) await deployment.forgetDashboards();
    const dataless = manifest.volumes.filter(({ kept }) => !kept).map(({ name }) => name);
    tell(await sweep(docker, project, volumes ? 'all' : new Set(dataless)));
    tell(await pruneImages(docker, project, new Set()));
    forgetDeployed(profile);
    const kept = await docker.volumes({ [labels.project]: project });
    return { keptVolumes: kept.map(({ Name }) => Name), seconds: (performance.now() - startedAt) / 1000 };
  });
}

/** Containers of the project that no plan removes. */
async function unknown(
  docker: DockerClient,
  project: string,
  plans: readonly StackPlan[],
): Promise<ContainerSummary[]> {
  const known = new Set(
    plans.flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'container').map(({ name }) => name)),
  );
  const containers = await docker.containers({ [labels.project]: project });
  return containers.filter((container) => !known.has(nameOf(container)));
}
