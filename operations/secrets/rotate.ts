import { NautilusError, profileArgument } from '@nautilus/config';
import type { Manifest, ManifestSecret } from '@nautilus/manifest';
import type { DockerClient } from '../docker';
import { containerOf, stateOf } from './container';
import { type SecretKeeper, SecretMaker } from './keeper';
import { reload } from './reload';

/** Where a rotation is. Whatever ends it after any of these, the same command run again ends well. */
export interface RotationStep {
  readonly step: 'begun' | 'prepared' | 'in force' | 'accepted' | 'reloaded';
  readonly files: readonly string[];
}

export interface RotateProps {
  readonly docker: DockerClient;
  readonly manifest: Manifest;
  /** Service whose secrets get new values. */
  readonly service: string;
  readonly listener: (step: RotationStep) => void;
}

export interface Rotated {
  readonly files: readonly string[];
  /** Containers that were started again or told to read their files. */
  readonly reloaded: readonly string[];
}

type Command = Extract<ManifestSecret['rotation'], { how: 'command' }>;
type Reload = Exclude<ManifestSecret['rotation'], { how: 'command' | 'derived' | 'kept' }>;

/** Secrets that come into force together. */
interface Round {
  readonly files: readonly string[];
  readonly command?: Command;
  readonly afterwards: readonly Reload[];
}

/** What is asked of a server gets a round of its own; the rest are files that change together, as a certificate and its key. */
export function roundsOf(secrets: readonly ManifestSecret[]): Round[] {
  const rounds: Round[] = [];
  const plain: ManifestSecret['file'][] = [];
  const reloads: Reload[] = [];
  for (const { file, rotation } of secrets) {
    if (rotation.how === 'command')
      rounds.push({ files: [file], command: rotation, afterwards: [rotation.afterwards] });
    else if (rotation.how !== 'derived' && rotation.how !== 'kept') {
      plain.push(file);
      reloads.push(rotation);
    }
  }
  return plain.length > 0 ? [...rounds, { files: plain, afterwards: reloads }] : rounds;
}

/**
 * New values for the secrets of one service, while everything else goes on.
 * @throws NautilusError NAUT_SECRET_UNKNOWN, NAUT_SECRETS_NOT_DEPLOYED; NAUT_ROTATION_FAILED: what it names keeps its old value
 */
export async function rotateSecrets({ docker, manifest, service, listener }: RotateProps): Promise<Rotated> {
  const rounds = roundsOf(manifest.secrets.filter((secret) => secret.service === service));
  if (rounds.length === 0) throw unknown(manifest, service);
  const maker = await SecretMaker.require(docker, manifest.project);
  const done: Round[] = [];
  const failures: Failure[] = [];
  await maker.whileOpen(async (keeper) => {
    for (const round of rounds) {
      const failure = await turn(round, { docker, manifest, keeper, listener });
      if (failure === undefined) done.push(round);
      else failures.push({ files: round.files, details: failure });
    }
  });
  const reloaded = await reload(
    docker,
    manifest,
    service,
    done.flatMap(({ afterwards }) => afterwards),
  );
  listener({ step: 'reloaded', files: done.flatMap(({ files }) => files) });
  if (failures.length > 0) throw failed(manifest, service, failures, done);
  return { files: done.flatMap(({ files }) => files), reloaded };
}

interface Failure {
  readonly files: readonly string[];
  readonly details: readonly string[];
}

interface Tools extends Pick<RotateProps, 'docker' | 'manifest' | 'listener'> {
  readonly keeper: SecretKeeper;
}

/** One round; what is wrong, when the old values stay in force. */
async function turn({ files, command }: Round, { docker, manifest, keeper, listener }: Tools) {
  listener({ step: 'begun', files });
  await keeper.prepare(files);
  listener({ step: 'prepared', files });
  if (command) {
    const problem = await bringIntoForce(docker, manifest, command);
    if (problem !== undefined) return problem;
    listener({ step: 'in force', files });
  }
  await keeper.accept(files);
  listener({ step: 'accepted', files });
  return undefined;
}

/** Asks the server to take the new value. Returns what is wrong, undefined when it took it. */
async function bringIntoForce(docker: DockerClient, manifest: Manifest, { argv, service }: Command) {
  const container = containerOf(manifest, service);
  const state = container === undefined ? undefined : await stateOf(docker, container);
  if (container === undefined || state !== 'running')
    return [`the container of ${service} is ${state ?? 'not there'}: it has to run to take a new value`];
  const { exitCode, output } = await docker.exec(container, argv);
  return exitCode === 0
    ? undefined
    : [`${argv[0]} in ${container} ended with ${exitCode}`, ...withoutValues(output).trim().split('\n').slice(-3)];
}

/** What a command of a server says is shown; a password in it is not. */
export const withoutValues = (output: string): string => output.replace(/[0-9a-f]{32,}/gi, '(a value)');

function unknown(manifest: Manifest, service: string): NautilusError {
  const allowed = [...new Set(manifest.secrets.map((secret) => secret.service))];
  return new NautilusError({
    code: 'NAUT_SECRET_UNKNOWN',
    message: `profile ${manifest.profile.name} has no secret of "${service}" that can be rotated`,
    details: [`allowed: ${allowed.join(', ')}`],
    fix: 'name one of these services',
  });
}

const names = (rounds: readonly { readonly files: readonly string[] }[]) =>
  rounds.flatMap(({ files }) => files).join(', ');

const failed = ({ profile }: Manifest, service: string, failures: readonly Failure[], done: readonly Round[]) =>
  new NautilusError({
    code: 'NAUT_ROTATION_FAILED',
    message: `${names(failures)} could not be rotated: the old value stays in its file`,
    details: [...failures.flatMap(({ details }) => details), ...(done.length > 0 ? [`rotated: ${names(done)}`] : [])],
    fix: `when the cause is gone, run \`nautilus secrets rotate ${service} --profile ${profileArgument(profile)}\` again: it goes on with the value that waits`,
  });
