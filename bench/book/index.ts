import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Side } from '@nautilus/core/domain';
import { BookMirror, type LobsterSession, LobsterType, loadLobster } from '@nautilus/marketdata/lobster';
import { interleave } from '../harness/sides';
import type { BenchResult } from '../result';
import { NaiveBook } from './naive-book';

const SAMPLE = 'AAPL_2012-06-21_message_50_first40000.csv.gz';
/** Replays of the sample in one repeat: each side takes about 0.2 s. */
const BOOK_REPLAYS = 40;
const NAIVE_REPLAYS = 1;

/** Applies every event and reads the best quotes after it, as a market-data engine does. */
function replayBook(session: LobsterSession): number {
  const mirror = new BookMirror(session);
  const { book } = mirror;
  let check = 0;
  for (let index = 0; index < session.events.count; index++) {
    mirror.advance(index, index);
    check = (check + (book.bestBid() ?? 0) + (book.bestAsk() ?? 0)) | 0;
  }
  return check;
}

function replayNaive({ events, unseen, mostOrders, increment }: LobsterSession): number {
  const book = new NaiveBook(mostOrders, increment);
  let check = 0;
  let next = 0;
  for (let index = 0; index < events.count; index++) {
    for (; next < unseen.length && unseen[next]!.before <= index; next++) {
      const { id, side, price, quantity } = unseen[next]!;
      book.rest(id, side, price, quantity);
    }
    const id = events.orderId[index]!;
    const type = events.type[index]!;
    if (type === LobsterType.add) book.rest(id, events.side[index]!, events.price[index]!, events.size[index]!);
    else if (type === LobsterType.remove) book.cancel(id);
    else if (type === LobsterType.reduce || type === LobsterType.execute) book.reduce(id, events.size[index]!);
    check = (check + (book.best(Side.buy) ?? 0) + (book.best(Side.sell) ?? 0)) | 0;
  }
  return check;
}

/** Events a second of `replays` replays. */
function measure(session: LobsterSession, replays: number, replay: (session: LobsterSession) => number): number {
  const start = process.hrtime.bigint();
  for (let run = 0; run < replays; run++) replay(session);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return (session.events.count * replays) / seconds;
}

/** The AAPL sample through the order book, beside maps of arrays, in one process and in turn. */
export async function bookReplayBenchmark(): Promise<BenchResult> {
  const session = await loadLobster(path.join(installationRoot(), 'engines', 'marketdata', 'data', SAMPLE));
  if (replayBook(session) !== replayNaive(session)) throw new Error('the two books disagree about the best quotes');
  measure(session, BOOK_REPLAYS, replayBook);
  return interleave({
    name: 'replay of the AAPL sample through the book',
    unit: 'events/s',
    sides: {
      'order book': () => measure(session, BOOK_REPLAYS, replayBook),
      'maps of arrays': () => measure(session, NAIVE_REPLAYS, replayNaive),
    },
    ratios: [{ of: ['order book', 'maps of arrays'], better: 'higher' }],
    note: `${session.events.count} events a replay, best quotes read after each; goal: at least 5,000,000 events/s`,
  });
}
