import type { EngineIo } from '@nautilus/core/kernel';
import type { Feed, FeedCounts } from './feeds/feed';
import type { MergedFeeds } from './feeds/merged-feeds';

const counted: Readonly<Record<string, [key: keyof FeedCounts, help: string]>> = {
  skipped: ['skipped', 'Lines or messages of the feeds that were left out since they made no sense'],
  duplicates: ['duplicates', 'Messages that came again'],
  reordered: ['reordered', 'Messages that came before an earlier one did'],
  gaps: ['gaps', 'Times that messages were missing'],
  recovered: ['recovered', 'Missing messages that a retransmission brought'],
  clock_jumps: ['clockJumps', "Times that a source's clock went elsewhere than ours"],
};

/** What is asked of the engine. */
interface Played {
  readonly state: string;
  readonly timeNs: number;
  readonly markets: { readonly restingOrders: number };
  /** By feed: why it cannot go on. */
  readonly failures: readonly unknown[];
}

export function exportMetrics(engine: Played, merged: MergedFeeds, io: EngineIo): void {
  const sum = (of: (feed: Feed, index: number) => number) => () =>
    merged.feeds.reduce((total, feed, index) => total + of(feed, index), 0);
  io.gauge('nautilus_marketdata_events', 'Events of the feeds that are in the books', () => merged.steps);
  io.gauge(
    'nautilus_marketdata_feed_running',
    '1 while the feeds play; 0 before they start and after they ended',
    () => (engine.state === 'running' ? 1 : 0),
  );
  io.gauge('nautilus_marketdata_resting_orders', 'Orders in the books', () => engine.markets.restingOrders);
  io.gauge('nautilus_marketdata_time_seconds', 'Market time, seconds after midnight', () => engine.timeNs / 1e9);
  io.gauge(
    'nautilus_marketdata_feeds_failed',
    'Feeds that cannot go on',
    sum((_, index) => (engine.failures[index] ? 1 : 0)),
  );
  io.gauge(
    'nautilus_marketdata_feeds_stale',
    'Feeds with messages missing',
    sum(({ stale }) => (stale ? 1 : 0)),
  );
  for (const [name, [key, help]] of Object.entries(counted))
    io.gauge(
      `nautilus_marketdata_feed_${name}`,
      help,
      sum(({ counts }) => counts[key]),
    );
}
