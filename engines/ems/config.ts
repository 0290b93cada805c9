import { instrumentList, z } from '@nautilus/core/kernel';

/** The `engine` section of the process configuration. */
export const ExecutionConfig = z.strictObject({
  instruments: instrumentList,
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
