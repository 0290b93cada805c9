import { type Journal, SnapshotSchedule } from '@nautilus/core/journal';

/** A journal that only counts, and what is told of its snapshots. */
function scheduled(settings: { records?: number; seconds?: number }, refuses = false) {
  const journal = {
    last: 0,
    recovered: { refusedSnapshots: [] },
    taken: [] as number[],
    async snapshot(write: (sink: object) => void) {
      if (refuses) throw new Error('no room');
      write({});
      this.taken.push(this.last);
      return this.last;
    },
  };
  const log = { info: jest.fn(), error: jest.fn() };
  const schedule = new SnapshotSchedule(journal as unknown as Journal, settings, () => {}, log);
  const poll = async (last: number, idle: boolean) => {
    journal.last = last;
    schedule.poll(idle);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { journal, log, schedule, poll };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('after so many records, when the engine is idle', async () => {
  const { journal, poll } = scheduled({ records: 100 });
  await poll(99, true);
  await poll(150, false);
  expect(journal.taken).toEqual([]);
  await poll(160, true);
  await poll(259, true);
  expect(journal.taken).toEqual([160]);
  await poll(260, true);
  expect(journal.taken).toEqual([160, 260]);
});

test('an engine that is never idle takes one all the same, after twice as many', async () => {
  const { journal, poll } = scheduled({ records: 100 });
  for (let last = 1; last <= 450; last++) await poll(last, false);
  expect(journal.taken).toEqual([200, 400]);
});

test('after so long, when there is anything new', async () => {
  const { journal, poll, schedule } = scheduled({ seconds: 60 });
  jest.advanceTimersByTime(3_600_000);
  await poll(0, true);
  expect(journal.taken).toEqual([]);
  await poll(1, true);
  await poll(2, true);
  expect(journal.taken).toEqual([1]);
  jest.advanceTimersByTime(60_000);
  await poll(2, true);
  expect(journal.taken).toEqual([1, 2]);
  schedule.stop();
});

test('without either there are none; one that fails is told, and the next is tried when it is due', async () => {
  const none = scheduled({});
  await none.poll(1e9, true);
  expect(none.journal.taken).toEqual([]);
  const { log, poll } = scheduled({ records: 10 }, true);
  await poll(10, true);
  await poll(11, true);
  expect(log.error).toHaveBeenCalledTimes(1);
  await poll(20, true);
  expect(log.error).toHaveBeenCalledTimes(2);
});
