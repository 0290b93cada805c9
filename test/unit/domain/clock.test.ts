import { execFileSync } from 'node:child_process';
import { monotonicNs } from '../../../engines/core/domain';

const machineNs = () => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
};

/** How far the process's reckoning may be from the machine's clock. */
const SLACK_NS = 1000;

test('it is the clock of the machine, not of the process', () => {
  for (let i = 0; i < 1000; i++) {
    const before = machineNs();
    const now = monotonicNs();
    expect(now).toBeGreaterThanOrEqual(before - SLACK_NS);
    expect(now).toBeLessThanOrEqual(machineNs() + SLACK_NS);
    expect(Number.isInteger(now)).toBe(true);
  }
});

test('another process reads a time between two of this one', () => {
  const before = monotonicNs();
  const there = Number(
    execFileSync(process.execPath, ['-p', 'process.hrtime.bigint().toString()'], { encoding: 'utf8' }),
  );
  expect(there).toBeGreaterThan(before - SLACK_NS);
  expect(there).toBeLessThan(monotonicNs() + SLACK_NS);
});
