import type { Machine } from '../../../engines/core/kernel/machine';

/** A machine with these files and no others. */
export const machine = (files: Record<string, string>, more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  cpuModel: undefined,
  read: (file) => files[file],
  exists: (file) => file in files,
  ...more,
});
