import { labels } from '@nautilus/config';
import type { OperationProps } from './deploy';
import { Deployment } from './deployment';
import type { StackPlan } from './stack';
import { pruneImages, sweep } from './sweep';
import { synthesize } from './synthesize';
import { deploymentOutput } from './workspace';

/** The stack of the data volumes. */
const storage = 'storage';

export interface DestroyProps extends OperationProps {
  /** Destroy the data too. */
  readonly volumes: boolean;
  /** Shown the plan; false ends without a change. */
  readonly agree: (plans: readonly StackPlan[]) => Promise<boolean>;
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
  const { profileName, profile, docker, listener, volumes, agree } = props;
  const startedAt = performance.now();
  const output = deploymentOutput(profile);
  listener({ kind: 'note', text: `synthesizing profile ${profile.name}` });
  const manifest = await synthesize({ profile: profileName, output, releaseVolumes: volumes });
  const deployment = new Deployment({ manifest, output, docker, listener });
  const plans = await deployment.planDestroy((name) => volumes || name !== storage);
  if (!(await agree(plans))) return undefined;
  await deployment.apply(plans);

  const { project } = manifest;
  const removed = [...(await sweep(docker, project, { volumes })), ...(await pruneImages(docker, project, new Set()))];
  for (const object of removed) listener({ kind: 'note', text: `removed ${object}` });
  const kept = await docker.volumes({ [labels.project]: project });
  return { keptVolumes: kept.map(({ Name }) => Name), seconds: (performance.now() - startedAt) / 1000 };
}
