import { BookEventKind, Side } from '../../../../engines/core/domain';
import { Random } from '../../../../engines/core/numerics';
import type { RecordedMarket } from '../../../../engines/ems/models/recorded-market';
import { executionModels, MODELS_FORMAT } from '../../../../engines/ems/models/trained';
import { type TrainingSession, trainModels } from '../../../../engines/ems/models/training';
import { regularHours } from '../../../../engines/ems/models/volume-curve';

const { openNs, closeNs } = regularHours;
type Event = Pick<RecordedMarket, 'kind' | 'timeNs' | 'orderId' | 'side' | 'price' | 'quantity'>;

/**
 * A day in which every ten seconds somebody takes, more at the open and the close, and moves the price as much as is taken: a new book
 * of five levels of 300 shares stands around the new mid each time.
 */
function day(seed: number): Event[] {
  const random = new Random(seed);
  const events: Event[] = [];
  let orderId = 0;
  let mid = 1_000_000;
  let book: Event[] = [];
  const renew = (timeNs: number) => {
    const old = book;
    book = [];
    for (let level = 1; level <= 5; level++)
      for (const side of [Side.buy, Side.sell]) {
        const price = mid + (side === Side.buy ? -100 : 100) * level;
        book.push({ kind: BookEventKind.add, timeNs, orderId: ++orderId, side, price, quantity: 300 });
      }
    events.push(...book, ...old.map((order) => ({ ...order, kind: BookEventKind.remove, timeNs })));
  };
  renew(openNs);
  for (let timeNs = openNs; timeNs < closeNs; timeNs += 10e9) {
    const fromMiddle = Math.abs((timeNs - openNs) / (closeNs - openNs) - 0.5);
    const quantity = Math.min(299, 10 + Math.floor(random.exponential() * 400 * fromMiddle));
    const hit = book[random.below(2)]!;
    events.push({ ...hit, kind: BookEventKind.execute, timeNs: timeNs + 3e9, quantity });
    // A cent for every hundred shares, and noise.
    mid += Math.round(((hit.side === Side.sell ? 1 : -1) * quantity) / 100 + random.normal()) * 100;
    renew(timeNs + 6e9);
  }
  return events;
}

class Walk implements RecordedMarket {
  readonly instrument = 1;
  kind = 0;
  timeNs = 0;
  orderId = 0;
  side = 0;
  price = 0;
  quantity = 0;
  private next = 0;
  constructor(private readonly events: readonly Event[]) {}
  get nextTimeNs() {
    return this.events[this.next]?.timeNs ?? Number.POSITIVE_INFINITY;
  }
  take() {
    Object.assign(this, this.events[this.next++]);
  }
}

const session = (events: readonly Event[]): TrainingSession => ({
  recording: () => new Walk(events),
  startNs: events[0]!.timeNs,
  endNs: events.at(-1)!.timeNs,
  tickSize: 100,
  mostOrders: 20,
});
const files = [{ name: 'day', sha256: '0'.repeat(64), events: 1 }];

test('whole sessions give a curve of the day and their impact; a session that begins late gives no curve', () => {
  const days = [1, 2, 3].map(day);
  const trained = trainModels({ symbol: 'DAY', sessions: days.map(session), files, seed: 1, pairs: 1 });
  expect(trained.volume).toMatchObject({ sessions: 3, hours: regularHours });
  const { permanent, volatility } = trained.impact;
  expect(Math.abs(permanent.value - 1e-4)).toBeLessThan(4 * permanent.standardError + 2e-6);
  expect(volatility.value).toBeGreaterThan(0);
  // Learned from the two days before, the schedule follows the third one's volume better than equal parts.
  expect(trained.tracking.static).toBeLessThan(trained.tracking.twap);
  const { volume } = executionModels({ format: MODELS_FORMAT, instruments: [JSON.parse(JSON.stringify(trained))] }).get(
    'DAY',
  )!;
  const part = (from: number, to: number) =>
    volume.by(openNs + to * (closeNs - openNs)) - volume.by(openNs + from * (closeNs - openNs));
  expect(part(0, 0.1)).toBeGreaterThan(2 * part(0.45, 0.55));
  expect(part(0.9, 1)).toBeGreaterThan(2 * part(0.45, 0.55));

  const late = session(days[0]!.filter(({ timeNs }) => timeNs > openNs + 3600e9));
  expect(trainModels({ symbol: 'LATE', sessions: [late], files, seed: 1, pairs: 1 }).volume).toBeNull();
});
