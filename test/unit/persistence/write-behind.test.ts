import { type Projection, type Sink, WriteBehind } from '@nautilus/core/persistence';
import { pino } from 'pino';
import { Registry } from 'prom-client';

/** A journal whose record n says n; the snapshot of record n says n, too. */
class Journal {
  durable = 0;
  first = 1;
  snapshots: number[] = [];

  newestSnapshot(upTo = Number.POSITIVE_INFINITY) {
    const record = this.snapshots.filter((one) => one <= upTo && one + 1 >= this.first).at(-1);
    return record === undefined ? undefined : { record, state: Uint8Array.of(record) };
  }

  read(from: number, handler: (record: number, data: Uint8Array) => void, limit = Number.POSITIVE_INFINITY): number {
    if (from < this.first) throw new Error(`record ${from} is gone`);
    const end = Math.min(this.durable, from + limit - 1);
    for (let record = from; record <= end; record++) handler(record, Uint8Array.of(record));
    return Math.max(from, end + 1);
  }
}

/** Facts: the records themselves. A restore brings what it lacks as one fact, and that in parts of two. */
class Facts implements Projection<number[]> {
  private rows: number[] = [];
  private restored: number[] = [];
  apply = (record: number) => void this.rows.push(record);
  get waiting() {
    return this.restored.length > 0;
  }
  take() {
    return [...this.restored.splice(0, 2), ...(this.restored.length === 0 ? this.rows.splice(0) : [])];
  }
  restore(_: Uint8Array, record: number, written: number) {
    for (let lacking = written + 1; lacking <= record; lacking++) this.restored.push(lacking);
  }
}

class Place implements Sink<number[]> {
  readonly name = 'place';
  rows: number[] = [];
  gaps: [number, number][] = [];
  record = 0;
  /** What fails next. */
  fails: ('open' | 'write' | 'answer')[] = [];
  writes = 0;
  /** After so many writes nothing comes through any more. */
  most = Number.POSITIVE_INFINITY;

  private may(what: 'open' | 'write' | 'answer') {
    if (this.fails[0] !== what) return;
    this.fails.shift();
    throw new Error(`${what} fails`);
  }
  async open() {
    this.may('open');
    return this.record;
  }
  async write(rows: number[], record: number | undefined, again: boolean) {
    await new Promise(setImmediate);
    if (this.writes >= this.most) throw new Error('it is away');
    this.writes++;
    this.may('write');
    for (const row of rows) if (!again || !this.rows.includes(row)) this.rows.push(row);
    this.record = record ?? this.record;
    this.may('answer');
  }
  async lacks(from: number, to: number) {
    this.gaps.push([from, to]);
  }
  async close() {}
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, step) => first + step);

function follow(journal: Journal, sink: Place) {
  const one = new WriteBehind({
    journal,
    projection: () => new Facts(),
    sink,
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    batchRecords: 10,
    turnRecords: 4,
    idleMs: 1,
    mostBackoffMs: 2,
  });
  one.start();
  return one;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5000 && !isTrue(); turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(isTrue()).toBe(true);
}

describe('a journal is followed into a sink', () => {
  let journal: Journal;
  let sink: Place;
  let running: WriteBehind<number[]> | undefined;
  beforeEach(() => {
    journal = new Journal();
    sink = new Place();
  });
  afterEach(() => running?.stop());
  const written = () => until(() => sink.record === journal.durable);

  test('every record is there once and in order, in batches of a bounded size', async () => {
    journal.durable = 95;
    running = follow(journal, sink);
    await written();
    expect(sink.rows).toEqual(upTo(95));
    expect(sink.writes).toBe(10);
    expect(running.lag).toBe(0);
  });

  test('whatever fails, each record is there once: also when only the answer was lost', async () => {
    journal.durable = 60;
    sink.fails = ['open', 'write', 'answer', 'write', 'open', 'answer', 'answer'];
    running = follow(journal, sink);
    await written();
    journal.durable = 100;
    await written();
    expect(sink.fails).toEqual([]);
    expect(sink.rows).toEqual(upTo(100));
  });

  test('a sink that was set back to an older state gets what it lacks again', async () => {
    journal.durable = 50;
    running = follow(journal, sink);
    await written();
    sink.record = 20;
    sink.rows = upTo(20);
    sink.fails = ['write'];
    journal.durable = 60;
    await written();
    expect(sink.rows).toEqual(upTo(60));
  });

  test('after a restart it reads from the newest snapshot that the sink has all of, and writes nothing of it', async () => {
    journal.durable = 80;
    journal.snapshots = [10, 30, 70];
    const reads: number[] = [];
    const read = journal.read.bind(journal);
    journal.read = (from, handler, limit) => {
      reads.push(from);
      return read(from, handler, limit);
    };
    sink.record = 40;
    sink.rows = upTo(40);
    running = follow(journal, sink);
    await written();
    expect(Math.min(...reads)).toBe(31);
    expect(sink.rows).toEqual(upTo(80));
    expect(sink.gaps).toEqual([]);
  });

  test('what retention has removed comes from a snapshot, is said to be missing, and is there once though half of it was written before', async () => {
    journal.durable = 80;
    journal.snapshots = [70];
    journal.first = 71;
    sink.record = 60;
    sink.rows = upTo(60);
    // Two parts of the snapshot's rows are there when the process dies: the next one begins with all of them.
    sink.most = 2;
    const first = follow(journal, sink);
    await until(() => sink.writes === 2);
    await first.stop();
    expect([sink.rows, sink.record]).toEqual([upTo(64), 60]);
    sink.most = Number.POSITIVE_INFINITY;
    running = follow(journal, sink);
    await written();
    expect(sink.rows).toEqual(upTo(80));
    expect(sink.gaps[0]).toEqual([61, 70]);
  });

  test('a sink that has more than the journal is another one: nothing is written', async () => {
    journal.durable = 5;
    sink.record = 9;
    running = follow(journal, sink);
    await until(() => running!.lag === 5);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sink.writes).toBe(0);
  });
});
