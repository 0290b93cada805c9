import { Duration, MemorySize } from '@nautilus/config';
import type { Reader } from '../reading';
import { inside } from './inside';

/** Powers of 1024, as Prometheus writes sizes. */
const sizes: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** Flags of the running server, defaults among them. */
export const prometheus: Reader = async (place) => {
  const url = `http://127.0.0.1:${place.service.port}/api/v1/status/flags`;
  const reply = JSON.parse(await inside(place, ['wget', '-q', '-O', '-', url])) as { data: Record<string, string> };
  return ({ setting, unit }) => {
    const value = reply.data[setting.replace(/^-+/, '')];
    if (value === undefined) return undefined;
    if (unit === 'ms') return Duration.parse(value).milliseconds;
    if (unit !== 'bytes') return value;
    const size = /^([\d.]+)(B|KB|MB|GB|TB|[KMGT]?iB)$/.exec(value);
    return size ? Number(size[1]) * (sizes[size[2]!] ?? MemorySize.parse(`1${size[2]}`).bytes) : value;
  };
};
