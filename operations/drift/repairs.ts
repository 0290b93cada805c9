import { profileArgument } from '@nautilus/config';
import type { Manifest, ManifestContainer } from '@nautilus/manifest';
import type { Interruption, Repair } from './finding';
import { dockerSize } from './text';

type Container = Pick<ManifestContainer, 'container'>;

export const deployCommand = ({ profile }: Manifest): string => `nautilus deploy --profile ${profileArgument(profile)}`;

export const deploy = (manifest: Manifest, interrupts: Interruption): Repair => ({
  command: deployCommand(manifest),
  interrupts,
});

/**
 * What was fixed when the container was made takes another container. Terraform has lost what somebody replaced, and does not
 * read all of it back; without the container it makes the right one.
 */
export const makeAnew = (manifest: Manifest, { container }: Container): Repair => ({
  command: `docker rm --force ${container} && ${deployCommand(manifest)}`,
  interrupts: 'the service',
});

/** A network or a volume cannot be changed, nor taken away under its containers. @param meanwhile what else goes in between */
export const makePlatformAnew = (manifest: Manifest, meanwhile: readonly string[] = []): Repair => ({
  command: [
    `nautilus destroy --profile ${profileArgument(manifest.profile)}`,
    ...meanwhile,
    deployCommand(manifest),
  ].join(' && '),
  interrupts: 'the platform',
});

export const readLog = ({ container }: Container): Repair => ({
  command: `docker logs --tail 50 ${container}`,
  interrupts: 'nothing',
});

export const restart = ({ container }: Container): Repair => ({
  command: `docker restart ${container}`,
  interrupts: 'the service',
  action: { do: 'restart', container },
});

const resume =
  (verb: 'start' | 'unpause') =>
  ({ container }: Container): Repair => ({
    command: `docker ${verb} ${container}`,
    interrupts: 'nothing',
    action: { do: verb, container },
  });
export const start = resume('start');
export const unpause = resume('unpause');

/** @param resources as of POST /containers/{id}/update */
export const update = (
  { container }: Container,
  options: string,
  resources: Readonly<Record<string, unknown>>,
): Repair => ({
  command: `docker update ${options} ${container}`,
  interrupts: 'nothing',
  action: { do: 'update', container, resources },
});

/** Both together: Docker refuses a limit above the one of memory and swap. */
export const updateMemory = (container: Container, memoryBytes: number, memorySwapBytes: number): Repair =>
  update(container, `--memory ${dockerSize(memoryBytes)} --memory-swap ${dockerSize(memorySwapBytes)}`, {
    Memory: memoryBytes,
    MemorySwap: memorySwapBytes,
  });

export const updateCpus = (container: Container, cpus: number): Repair => {
  const nano = Math.round(cpus * 1e9);
  return update(container, `--cpus ${nano / 1e9}`, { NanoCpus: nano });
};

/** A program of the server's own, run in its container, that interrupts nothing. */
export const runInside = ({ container }: Container, argv: readonly string[]): Repair => ({
  command: ['docker', 'exec', container, ...argv].map(shellWord).join(' '),
  interrupts: 'nothing',
  action: { do: 'command', container, argv },
});

/** A word as a shell takes it literally. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
