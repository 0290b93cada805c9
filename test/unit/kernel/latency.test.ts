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

test('Prometheus gets cumulative buckets that agree with counting the times themselves', async () => {
  const metrics = new Registry();
  const latencies = new Latencies(metrics);
  const times = [1, 1023, 1024, 1025, 5_000, 1_000_000, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 59e9];
  for (const time of times) latencies.hop('a→b').record(time);
  const text = await metrics.metrics();
  expect(text).toContain('# TYPE nautilus_hop_duration_seconds histogram');
  const buckets = [...text.matchAll(/^nautilus_hop_duration_seconds_bucket\{hop="a→b",le="([^"]+)"\} (\d+)$/gm)];
  expect(buckets.length).toBeGreaterThan(20);
  for (const [, bound, count] of buckets) {
    const le = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    expect(Number(count)).toBe(times.filter((time) => time / 1e9 <= le).length);
  }
  expect(text).toContain(`nautilus_hop_duration_seconds_count{hop="a→b"} ${times.length}`);
  const sum = Number(/_sum\{hop="a→b"\} (\S+)/.exec(text)![1]);
  expect(sum).toBeCloseTo(times.reduce((total, time) => total + time, 0) / 1e9, 6);
});
