import { BarKind, barKinds } from '@nautilus/core/domain';
import { instrumentList, z } from '@nautilus/core/kernel';
import { feedConfigs } from './feeds/config';

export const FeedSpeed = z.union([z.number().positive().max(1e6), z.enum(['real', 'full'])], {
  error: 'a number above 0 (10 is ten times as fast), "real" or "full"',
});

const Bar = z.strictObject({
  kind: z.enum(barKinds.names),
  /** Seconds, trades, shares or units of the currency. */
  size: z.int().min(1).max(0x7fffffff),
});

export const MarketDataConfig = z
  .strictObject({
    /** The day that is replayed. */
    session: z.iso.date(),
    instruments: instrumentList,
    /** Each recorded order stands at one of them: `venueOfOrder`. */
    venues: z
      .array(z.strictObject({ name: z.string().min(1), share: z.number().positive() }))
      .min(1)
      .max(16),
    feeds: z.array(feedConfigs).min(1),
    /** Of the one clock that all feeds are on. */
    speed: FeedSpeed,
    /** Readers of the book events that must be there before the first event. */
    awaitReaders: z.array(z.string().min(1)).default([]),
    /** Where the session is recorded. @default it is not */
    record: z.string().min(1).optional(),
    bars: z
      .array(Bar)
      .min(1)
      .default([
        { kind: 'time', size: 1 },
        { kind: 'time', size: 60 },
      ]),
  })
  .superRefine(({ feeds, instruments, venues, bars }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const symbols = instruments.map(({ symbol }) => symbol);
    const names = venues.map(({ name }) => name);
    const sources = new Set<string>();
    feeds.forEach((feed, index) => {
      const venue = venueOf(feed);
      if (venue !== undefined && !names.includes(venue))
        issue(['feeds', index, 'venue'], `"${venue}" is not a venue; allowed: ${names.join(', ')}`);
      for (const symbol of symbolsOf(feed, symbols)) {
        if (!symbols.includes(symbol))
          issue(['feeds', index], `"${symbol}" is not an instrument; allowed: ${symbols.join(', ')}`);
        const taken = (name: string) => sources.has(`${symbol} ${name}`);
        if (venue === undefined ? ['', ...names].some(taken) : taken('') || taken(venue))
          issue(
            ['feeds', index],
            `${symbol} has another feed for the same venue; allowed: one feed a symbol and venue`,
          );
        sources.add(`${symbol} ${venue ?? ''}`);
      }
    });
    bars.forEach(({ kind, size }, index) => {
      if (barKinds.code(kind) === BarKind.time && size > 86_400)
        issue(['bars', index, 'size'], `a bar of ${size} seconds; allowed: 1 to 86400, a day`);
      if (bars.findIndex((other) => other.kind === kind && other.size === size) < index)
        issue(['bars', index], `${kind} bars of ${size} are there twice; allowed: each once`);
    });
  });

export type MarketDataConfig = z.infer<typeof MarketDataConfig>;
export type FeedConfig = MarketDataConfig['feeds'][number];

/** The symbols that a feed may speak of: those it names, else all. */
export function symbolsOf(feed: FeedConfig, all: readonly string[]): readonly string[] {
  return feed.kind === 'lobster' ? [feed.instrument] : (feed.instruments ?? all);
}

/** The venue that all of a feed's orders stand at, if there is one. */
export const venueOf = (feed: FeedConfig): string | undefined => ('venue' in feed ? feed.venue : undefined);

/** What a feed is read from; null when it is made up. */
export function fileOf(feed: FeedConfig): string | null {
  if (feed.kind === 'synthetic') return null;
  return feed.kind === 'csv' ? [feed.quotes, feed.trades].filter((file) => file !== undefined).join(', ') : feed.file;
}
