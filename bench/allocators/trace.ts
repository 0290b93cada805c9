/** Integers of one step of a trace: slot and bytes; 0 bytes free what the slot holds. */
export const TRACE_STRIDE = 2;

const SLOTS = 40_000;

/**
 * Allocations and frees of an order system, in random order over 40,000 slots of which about half are taken: 60 % of 64 bytes, 25 %
 * up to 256, 10 % up to 1 KiB, 5 % up to 4 KiB. The same steps each time.
 */
export function allocationTrace(steps: number): Int32Array {
  const trace = new Int32Array(steps * TRACE_STRIDE);
  const taken = new Uint8Array(SLOTS);
  let state = 12_345;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const bytes = (): number => {
    const draw = below(100);
    if (draw < 60) return 64;
    if (draw < 85) return 65 + below(192);
    return draw < 95 ? 257 + below(768) : 1025 + below(3072);
  };
  for (let step = 0; step < steps; step++) {
    const slot = below(SLOTS);
    trace[step * TRACE_STRIDE] = slot;
    trace[step * TRACE_STRIDE + 1] = taken[slot] ? 0 : bytes();
    taken[slot]! ^= 1;
  }
  return trace;
}
