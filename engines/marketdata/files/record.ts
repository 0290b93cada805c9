import { renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BookEventKind } from '@nautilus/core/domain';
import { MarketDataConfig } from '../config';
import { contradiction } from '../feeds/errors';
import type { FeedCounts } from '../feeds/feed';
import { MergedFeeds } from '../feeds/merged-feeds';
import { openFeed } from '../feeds/open';
import { InstrumentMarkets } from '../instrument-markets';
import { RecordingWriter } from '../recording/writer';
import { EventTally } from './event-tally';
import { type Progress, paced } from './progress';

export interface Recorded {
  readonly file: string;
  readonly events: number;
  readonly startNs: number | null;
  readonly endNs: number | null;
  /** `EventTally`: of the source and of the recording alike. */
  readonly hash: string;
  /** Of each feed: what it met that it should not have. */
  readonly feeds: readonly ({ readonly kind: string } & FeedCounts)[];
}

/**
 * Records what feeds say, as the engine does with `trading.record` and without it: as fast as they can be read. The file gets its name when it
 * is whole.
 *
 * @param config section of the engine: its feeds, instruments and venues
 * @throws FeedError a feed cannot be read or contradicts itself, the recording cannot be written
 */
export async function recordFeeds(config: object, file: string, progress?: Progress): Promise<Recorded> {
  const played = MarketDataConfig.parse(config);
  const { session, instruments, venues } = played;
  const feeds = new MergedFeeds(await Promise.all(played.feeds.map((feed) => openFeed(feed, played))));
  const unfinished = `${file}.unfinished`;
  const tell = paced(progress);
  try {
    const writer = new RecordingWriter(unfinished, { session, instruments, venues: venues.map(({ name }) => name) });
    const markets = new InstrumentMarkets(played);
    const symbols: string[] = [];
    for (const { id, symbol } of instruments) symbols[id] = symbol;
    const tally = new EventTally();
    for (let next = feeds.nextTimeNs; next !== Number.POSITIVE_INFINITY; next = feeds.nextTimeNs) {
      if (Number.isNaN(next)) {
        await nextTurn();
        continue;
      }
      const event = feeds.take();
      if (event.kind === BookEventKind.time) continue;
      const refused = markets.at(event.instrument).apply(event);
      if (refused < 0) throw contradiction(event, refused);
      writer.add(event);
      tally.add(event, symbols[event.instrument]!);
      tell(tally.events, next);
    }
    writer.finish();
    renameSync(unfinished, file);
    const { events, startNs, endNs } = tally;
    const counts = feeds.feeds.map((feed, index) => ({ kind: played.feeds[index]!.kind, ...feed.counts }));
    return { file, events, startNs, endNs, hash: tally.hex(), feeds: counts };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    for (const feed of feeds.feeds) feed.close();
  }
}
