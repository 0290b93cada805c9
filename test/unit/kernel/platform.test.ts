import { m4MaxDetected } from '../../../engines/core/kernel/platform';
import { machine } from './recorded-machine';

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
