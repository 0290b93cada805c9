import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { MemorySize, usableMemory } from '@nautilus/config';
import { localPaths } from '../../local/paths';
import type { Check, Finding } from '../finding';

const leastDisk = MemorySize.gibibytes(2);
const leastSharedMemory = MemorySize.mebibytes(64);
const leastMemory = MemorySize.gibibytes(2);

/** Memory for the engines, a disk for the journals, and a folder whose files are memory for the rings between engines. */
export const space: Check = async ({ host }) => {
  const paths = localPaths();
  const memory = usableMemory(host);
  return [
    {
      name: 'memory',
      state: leastMemory.exceeds(memory) ? 'too small' : 'ok',
      found: memory.equals(host.memory) ? `${memory}` : `${memory} of the machine's ${host.memory}`,
      use: 'local',
      neededFor: `local mode (${leastMemory} or more)`,
      ...(leastMemory.exceeds(memory) && {
        fix: 'raise the limit of this container or session, or use a larger machine',
      }),
    },
    free(
      'disk',
      paths.home,
      leastDisk,
      'journals and the database of local mode',
      'make room, or set NAUTILUS_HOME to a folder on a larger disk',
    ),
    free(
      'shared memory',
      paths.sharedMemory,
      leastSharedMemory,
      'messages between the engines of local mode',
      'enlarge it: sudo mount -o remount,size=1g /dev/shm; in a container: --shm-size 1g',
    ),
  ];
};

function free(name: string, path: string, least: MemorySize, neededFor: string, fix: string): Finding {
  const folder = existing(path);
  const needed = { name, use: 'local' as const, neededFor: `${neededFor} (${least} or more)` };
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return {
      ...needed,
      state: 'missing',
      found: `${folder} may not be written`,
      fix: `make ${folder} writable for you`,
    };
  }
  const { bavail, bsize } = statfsSync(folder);
  const size = MemorySize.bytes(bavail * bsize);
  const small = least.exceeds(size);
  return { ...needed, state: small ? 'too small' : 'ok', found: `${size} free in ${folder}`, ...(small && { fix }) };
}

/** The path, or the closest folder above it that exists. */
function existing(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : existing(dirname(path));
}
