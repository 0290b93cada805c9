import type { Profile } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import type { DockerClient, ImageSummary } from '../docker';
import { adoptSecrets, certificateWatch } from '../secrets';
import { deployable } from './availability';
import { type Deployed, lastDeployed, writeDeployed } from './deployed';
import { Deployment, type DeploymentListener } from './deployment';
import { type RunningService, untilHealthy } from './health';
import { images, isMadeOfOurs, requireOwnImages } from './own-images';
import { changesEngine } from './plan';
import { requireFreePorts, requireImages } from './preconditions';
import type { StackPlan } from './stack';
import { noteStartTimes, readStartTimes, type StartTimes } from './start-times';
import { leftoverNames, removeLeftovers, requireKnown } from './strays';
import { pruneImages } from './sweep';
import { synthesize } from './synthesize';
import { deploymentOutput } from './workspace';

export interface OperationProps {
  /** As the operator named it: what the app is asked for. */
  readonly profileName: string;
  readonly profile: Profile;
  readonly docker: DockerClient;
  /** Bring the state along from where the profile kept it before. @default false */
  readonly moveState?: boolean;
  readonly listener: DeploymentListener;
}

export interface DeployProps extends OperationProps {
  /** Shown the plan; false ends without a change. */
  readonly agree: (planned: PlannedDeployment) => Promise<boolean>;
}

/** A plan beside what was declared before and what is now. */
export interface PlannedDeployment {
  readonly manifest: Manifest;
  /** Folder of the synthesis. */
  readonly output: string;
  readonly plans: readonly StackPlan[];
  /** Absent where nothing was deployed with the profile, or nobody knows what. */
  readonly before?: Deployed;
  readonly startTimes: StartTimes;
}

export interface DeploymentResult {
  readonly services: readonly (RunningService & {
    /** What it took until it was healthy; undefined for a container that was left as it is. */
    readonly seconds: number | undefined;
  })[];
  readonly plans: readonly StackPlan[];
  readonly seconds: number;
}

/** After terraform is done: how long the slowest health check may still take. */
const HEALTH_TIMEOUT_MS = 120_000;

/** What a deployment would change now. @throws NautilusError NAUT_STATE_LOST, NAUT_NAME_TAKEN, what synthesis and terraform say */
export async function planDeployment(props: OperationProps): Promise<PlannedDeployment> {
  const { profileName, docker, moveState, listener } = props;
  const note = (text: string) => listener({ kind: 'note', text });
  const { profile, without } = await deployable(profileName, props.profile, docker, note);
  const output = deploymentOutput(profile);
  const manifest = await synthesize({ profile: profileName, output, without });
  return Deployment.with({ profile, manifest, output, docker, moveState, listener }, async (deployment) => {
    const plans = await deployment.plan();
    for (const name of leftoverNames(await requireKnown(docker, identity(manifest), plans)))
      note(`${name} was left by a deployment that did not end: the next one makes it anew`);
    return { manifest, output, plans, before: lastDeployed(profile), startTimes: readStartTimes(profile) };
  });
}

/**
 * Brings Docker to what the profile declares; undefined when `agree` said no.
 * @throws NautilusError before anything is changed: NAUT_PORT_TAKEN, NAUT_IMAGE_MISSING, NAUT_STATE_LOST, NAUT_NAME_TAKEN, what synthesis
 *   and terraform say; after: NAUT_IMAGE_MOVED, NAUT_UNHEALTHY, NAUT_INTERRUPTED, what terraform says
 */
export async function deploy(props: DeployProps): Promise<DeploymentResult | undefined> {
  const { profileName, docker, moveState, listener, agree } = props;
  const startedAt = performance.now();
  const note = (text: string) => listener({ kind: 'note', text });
  const { profile, without } = await deployable(profileName, props.profile, docker, note);
  const output = deploymentOutput(profile);
  note(`synthesizing profile ${profile.name}`);
  const manifest = await synthesize({ profile: profileName, output, without });
  await requireFreePorts(docker, manifest);
  await requireImages(docker, profile, note);

  const took = new Map<string, number>();
  const away = new Map<string, number>();
  const tell: DeploymentListener = (event) => {
    if (event.kind === 'object' && event.state === 'finished') {
      const { name, kind } = event.change;
      took.set(name, event.seconds);
      // A replacement is two: the old one ends, the new one starts.
      if (kind === 'container') away.set(name, (away.get(name) ?? 0) + event.seconds);
    }
    listener(event);
  };
  return Deployment.with({ profile, manifest, output, docker, moveState, listener: tell }, async (deployment) => {
    note(`planning ${manifest.stacks.map(({ name }) => name).join(', ')}`);
    const plans = await deployment.plan();
    const leftovers = await requireKnown(docker, identity(manifest), plans);
    for (const name of leftoverNames(leftovers))
      note(`${name} was left by a deployment that did not end: it is made anew`);
    if (!plans.some(({ changes }) => changes.some(changesEngine))) note('nothing to change');
    else if (
      !(await agree({ manifest, output, plans, before: lastDeployed(profile), startTimes: readStartTimes(profile) }))
    )
      return undefined;
    writeDeployed(
      profile,
      output,
      plans.map(({ stack }) => stack),
    );
    for (const object of await removeLeftovers(docker, leftovers)) note(`removed ${object}`);
    await adoptSecrets(docker, manifest.project, profile.images.node);
    const renewed = await certificateWatch(docker, manifest);
    await deployment.apply(plans, async (stack) => {
      if (stack === images) await requireOwnImages(docker, output);
    });
    noteStartTimes(profile, Object.fromEntries(away));
    for (const container of await renewed()) note(`${container} took its new certificate`);
    const services = await untilHealthy(docker, manifest, HEALTH_TIMEOUT_MS, note);
    const somebodys = (image: ImageSummary) => isMadeOfOurs(docker, image);
    for (const removed of await pruneImages(docker, manifest.project, declaredImages(manifest), somebodys))
      note(`removed the old ${removed}`);
    return {
      services: services.map((service) => ({ ...service, seconds: took.get(service.container) })),
      plans,
      seconds: (performance.now() - startedAt) / 1000,
    };
  });
}

const identity = ({ project, profile }: Manifest) => ({ project, profile: profile.name });

const declaredImages = (manifest: Manifest): ReadonlySet<string> =>
  new Set(manifest.services.map(({ image }) => image));
