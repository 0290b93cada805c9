import { z } from '@nautilus/core/kernel';

const Instrument = z.strictObject({
  /** Its number in every message. */
  id: z.int().min(0).max(1023),
  symbol: z.string().min(1),
  currency: z.string().length(3),
  /** Price units. */
  tickSize: z.int().min(1),
});

/** The `engine` section of the process configuration. */
export const ExecutionConfig = z.strictObject({
  instruments: z.array(Instrument).min(1),
  venue: z.strictObject({
    name: z.string().min(1),
    /** Most orders that rest at a time, of one instrument; about 150 bytes each are allocated at the start. */
    capacity: z
      .int()
      .min(1)
      .max(1 << 24),
  }),
});

export type ExecutionConfig = z.infer<typeof ExecutionConfig>;
