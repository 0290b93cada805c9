import { instrumentList, z } from '@nautilus/core/kernel';

/** A venue's part of the recorded market, and what it costs there. */
const market = {
  name: z.string().min(1),
  /** Most orders that rest at a time, of one instrument; about 150 bytes each are allocated at the start. */
  capacity: z
    .int()
    .min(1)
    .max(1 << 24),
  /** Weight of its part of the recorded orders. */
  share: z.number().positive(),
  /** Currency a share. */
  takerFee: z.number(),
  makerFee: z.number(),
};

/** The `engine` section of the process configuration. */
export const ExecutionConfig = z.strictObject({
  instruments: instrumentList,
  venues: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('simulated').optional().default('simulated'),
          ...market,
          latencyMicroseconds: z.int().min(0),
        }),
        z.strictObject({
          kind: z.literal('fix'),
          ...market,
          host: z.string().min(1),
          port: z.int().min(1).max(65_535),
          senderCompId: z.string().min(1),
          targetCompId: z.string().min(1),
          account: z.string().min(1).optional(),
          heartbeatSeconds: z.int().min(1),
          /** By our symbol, what the venue calls it where that is another. */
          symbols: z.record(z.string(), z.string()),
          /** Market time. */
          answerWithinMilliseconds: z.int().min(0),
        }),
      ]),
    )
    .min(1)
    .max(16),
});

export type ExecutionConfig = z.infer<typeof ExecutionConfig>;
