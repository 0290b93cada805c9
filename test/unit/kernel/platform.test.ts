import type { Machine } from '../../../engines/core/kernel/machine';
import { m4MaxDetected } from '../../../engines/core/kernel/platform';

const machine = (files: Record<string, string>, more: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  cpuModel: undefined,
  read: (file) => files[file],
  exists: (file) => file in files,
  ...more,
});

describe('M4 Max', () => {
  test('is seen on macOS by the name of its processor', () => {
    const mac = (cpuModel?: string) => m4MaxDetected(machine({}, { platform: 'darwin', cpuModel }));
    expect(mac('Apple M4 Max')).toEqual({ value: true });
    expect(mac('Apple M4 Pro')).toEqual({ value: false });
    expect(mac(undefined)).toMatchObject({ value: null, reason: expect.any(String) });
  });

  test('is unknown in a container, which sees only a virtual machine', () => {
    expect(m4MaxDetected(machine({ '/.dockerenv': '' }))).toMatchObject({
      value: null,
      reason: expect.stringContaining('container'),
    });
  });
});
