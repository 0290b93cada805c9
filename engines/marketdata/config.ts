import { instrumentList, z } from '@nautilus/core/kernel';

export const FeedSpeed = z.union([z.number().positive().max(1e6), z.enum(['real', 'full'])], {
  error: 'a number above 0 (10 is ten times as fast), "real" or "full"',
});

const Feed = z.strictObject({
  kind: z.literal('lobster'),
  /** LOBSTER message file, .csv or .csv.gz. */
  file: z.string().min(1),
  /** Symbol of the instrument that the file is about. */
  instrument: z.string().min(1),
  speed: FeedSpeed,
  /** The replay begins as soon as all readers of `awaitReaders` have registered. */
  startAt: z.literal('automatic').default('automatic'),
  /** Readers of the book events that must be there before the first event. */
  awaitReaders: z.array(z.string().min(1)).default([]),
});

export const MarketDataConfig = z
  .strictObject({
    /** The day that is replayed. */
    session: z.iso.date(),
    instruments: instrumentList,
    feed: Feed,
    /** Lengths of the bars that are built. */
    barSeconds: z.array(z.int().min(1).max(86_400)).min(1).default([1, 60]),
  })
  .superRefine(({ feed, instruments }, context) => {
    const symbols = instruments.map(({ symbol }) => symbol);
    if (!symbols.includes(feed.instrument))
      context.addIssue({
        code: 'custom',
        path: ['feed', 'instrument'],
        message: `"${feed.instrument}" is not an instrument; allowed: ${symbols.join(', ')}`,
      });
  });

export type MarketDataConfig = z.infer<typeof MarketDataConfig>;
