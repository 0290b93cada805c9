import { elapsed, MEMORY_COPY, measurement, repeat } from './measurement';
import type { Measurement } from './result';

const ROUNDS = 15;

/** Copies a block to another: bytes a second, each byte counted once although it is read and written. */
export function measureMemoryCopy(bytes: number, until: number): Measurement {
  const from = Buffer.alloc(bytes, 0x5a);
  const to = Buffer.alloc(bytes, 0xa5); // touched: else the first write to each page would be measured
  return measurement(
    {
      name: MEMORY_COPY,
      what: `${bytes / 2 ** 20} MiB to another place, one thread; what fits into a cache of the processor is faster than memory`,
      unit: 'bytes/s',
    },
    repeat({ rounds: ROUNDS, until }, () => (bytes / elapsed(() => from.copy(to))) * 1000),
  );
}
