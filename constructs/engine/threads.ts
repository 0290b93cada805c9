import type { CpuCores } from '@nautilus/config';
import { selector } from '../setting';

/** Threads that libuv starts when nobody says otherwise. */
const usual = 4;

export const threadPool = selector('UV_THREADPOOL_SIZE', ({ cpus }: { readonly cpus: CpuCores }) => ({
  value: Math.max(usual, Math.ceil(cpus.cores)),
  reason: `files, names and compression wait here: one thread a CPU of the quota, and never fewer than ${usual}, so that a slow disk does not hold up a name`,
  source: 'libuv documentation, thread pool',
}));
