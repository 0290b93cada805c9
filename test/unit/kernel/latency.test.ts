import { Registry } from 'prom-client';
import { Latencies } from '../../../engines/core/kernel/latency';

test('a hop that nothing passed is unknown, not zero', () => {
  const latencies = new Latencies(new Registry());
  latencies.hop('a→b');
  expect(latencies.summary()).toEqual({ 'a→b': { count: 0, p50Ns: null, p99Ns: null, maxNs: null } });
});

test('percentiles agree with a sorted list within a thousandth', () => {
  const latencies = new Latencies(new Registry());
  const times = Array.from({ length: 10_000 }, (_, index) => 200 + ((index * 7919) % 10_000) * 37);
  for (const time of times) latencies.hop('a→b').record(time);
  const sorted = times.toSorted((a, b) => a - b);
  const { p50Ns, p99Ns, maxNs, count } = latencies.summary()['a→b']!;
  expect(count).toBe(10_000);
  for (const [measured, exact] of [
    [p50Ns, sorted[4999]],
    [p99Ns, sorted[9899]],
    [maxNs, sorted[9999]],
  ]) {
    expect(Math.abs(measured! - exact!) / exact!).toBeLessThan(0.001);
  }
});

test('a time that cannot be is clamped, never thrown on the order path', () => {
  const latencies = new Latencies(new Registry());
  const hop = latencies.hop('a→b');
  for (const time of [-5, 0, Number.NaN, 1e15]) hop.record(time);
  expect(latencies.summary()['a→b']).toMatchObject({ count: 4, p50Ns: 1 });
  expect(latencies.summary()['a→b']!.maxNs! / 60e9).toBeCloseTo(1, 2);
});
