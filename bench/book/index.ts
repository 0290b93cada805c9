import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { Side } from '@nautilus/core/domain';
import { BookMirror, type LobsterSession, LobsterType, loadLobster } from '@nautilus/marketdata/lobster';
import type { Floors } from '../harness/floors';
import { interleave } from '../harness/sides';
import { Contest, ContestPrograms, withoutReductions } from '../portable-flow/contest';
import { FLOW_STRIDE } from '../portable-flow/flow';
import type { BenchResult } from '../result';
import { lobsterFlow } from './lobster-flow';
import { NaiveBook } from './naive-book';

const SAMPLE = 'AAPL_2012-06-21_message_50_first40000.csv.gz';
/** Replays of the sample in one repeat: each side takes about 0.2 s. */
const BOOK_REPLAYS = 40;
const NAIVE_REPLAYS = 1;
/** Times that the sample is executed as commands, of which the second half is measured. */
const ROUNDS = 120;
/** Room that a venue would allot; the sample never has more than 363 orders. */
const CAPACITY = 8192;
/** Commands that the maps of arrays are given. */
const FEWEST = 5_000;

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

/** The AAPL sample: as a mirror of the venue's book, and as commands for a book that matches. */
export async function bookReplayBenchmark(directory: string, floors: Floors): Promise<BenchResult[]> {
  const session = await loadLobster(path.join(installationRoot(), 'engines', 'marketdata', 'data', SAMPLE));
  return [await mirrored(session), ...(await matched(session, new ContestPrograms(directory, floors)))];
}

async function mirrored(session: LobsterSession): Promise<BenchResult> {
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
    goals: [{ figure: 'order book', better: 'higher', goal: 5_000_000 }],
    note: `${session.events.count} events a replay, best quotes read after each`,
  });
}

async function matched(session: LobsterSession, programs: ContestPrograms): Promise<BenchResult[]> {
  const flow = lobsterFlow(session);
  const commands = flow.length / FLOW_STRIDE;
  const capacity = CAPACITY;
  const whole = new Contest(programs, { name: 'lobster', flow, capacity });
  const first = flow.subarray(0, FEWEST * FLOW_STRIDE);
  const kept = new Contest(programs, { name: 'lobster-kept', flow: withoutReductions(flow), capacity });
  return [
    await interleave({
      name: 'order book, AAPL sample as commands',
      unit: 'commands/s',
      sides: {
        platform: whole.inNode('platform', ROUNDS),
        'the same design in C': whole.inC(ROUNDS),
        'exchange-core, direct': whole.inJava('direct', ROUNDS),
        'exchange-core, naive': whole.inJava('naive', ROUNDS),
        'maps of arrays': new Contest(programs, { name: 'lobster-first', flow: first, capacity }).inNode('naive', 2),
      },
      ratios: [
        { of: ['platform', 'the same design in C'], better: 'higher' },
        { of: ['platform', 'exchange-core, direct'], better: 'higher', goal: 3 },
        { of: ['platform', 'exchange-core, naive'], better: 'higher', goal: 3 },
        { of: ['platform', 'maps of arrays'], better: 'higher' },
      ],
      note: `${commands} commands, ${ROUNDS} times; trades, rejects, filled, live and best prices are equal in each book; maps of arrays are given the first ${FEWEST}`,
    }),
    await interleave({
      name: 'order book beside nodejs-order-book, AAPL sample as commands',
      unit: 'commands/s',
      repeats: 5,
      sides: {
        platform: kept.inNode('platform', ROUNDS),
        'nodejs-order-book': kept.inNode('nodejs-order-book', 4),
      },
      ratios: [{ of: ['platform', 'nodejs-order-book'], better: 'higher' }],
      note: 'without the reductions, after which nodejs-order-book would trade with others',
    }),
  ];
}
