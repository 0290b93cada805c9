import { Gauge, type MetricType, Histogram as PrometheusHistogram, type Registry } from 'prom-client';
import type { LatencyRecorder } from './definition';

const LONGEST_NS = 60e9;

/** Bounds that Prometheus gets: powers of two of a nanosecond, from 1 µs to 4.3 s. */
const firstPower = 10;
const lastPower = 32;
const boundSeconds = (power: number) => 2 ** power / 1e9;
const LAST_BOUND = 2 ** lastPower;
const powers = Array.from({ length: lastPower - firstPower + 1 }, (_, index) => firstPower + index);

interface HopSummary {
  readonly count: number;
  /** Null before the first message. */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  readonly maxNs: number | null;
}

/** Counters are 1/1024 of a power of two wide: the highest bits of a double's mantissa, as HdrHistogram's three digits. */
const MANTISSA_BITS = 10;
const ONE = 0x3ff << MANTISSA_BITS;
/** One double and the two words that it is made of, the higher one last. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** Of a time from 1 ns on. */
function counterOf(ns: number): number {
  double[0] = ns;
  return ((halves[1] as number) >>> (20 - MANTISSA_BITS)) - ONE;
}

/** The whole nanoseconds in the middle of a counter's times. */
function middleOf(counter: number): number {
  halves[0] = 0;
  halves[1] = (counter + ONE + 0.5) * 2 ** (20 - MANTISSA_BITS);
  return Math.floor(double[0] as number);
}

/** Counts a time in a few nanoseconds; a histogram of a library takes logarithms for it, a tenth of the order path. */
class Hop implements LatencyRecorder {
  private readonly counters = new Float64Array(counterOf(LONGEST_NS) + 1);
  /** How many times were at most each power of two and above the one before it; the last element: all that were longer. */
  private readonly byPower = new Float64Array(lastPower + 2);
  private count = 0;
  private sumNs = 0;
  private maxNs = 0;

  record(ns: number): void {
    const whole = ns > 1 ? (ns < LONGEST_NS ? Math.floor(ns) : LONGEST_NS) : 1;
    this.counters[counterOf(whole)]!++;
    this.byPower[whole <= LAST_BOUND ? 32 - Math.clz32(whole - 1) : lastPower + 1]!++;
    this.count++;
    this.sumNs += whole;
    if (whole > this.maxNs) this.maxNs = whole;
  }

  /** Times up to each bound, counted as Prometheus counts: each bound includes those before it. */
  cumulative() {
    let count = 0;
    const counts = Array.from(this.byPower, (of) => (count += of));
    const upTo = powers.map((power) => [boundSeconds(power), counts[power]!] as const);
    return { upTo, count, sumSeconds: this.sumNs / 1e9 };
  }

  summary(): HopSummary {
    const { count, maxNs } = this;
    if (count === 0) return { count: 0, p50Ns: null, p99Ns: null, maxNs: null };
    return { count, p50Ns: this.percentile(0.5), p99Ns: this.percentile(0.99), maxNs };
  }

  private percentile(share: number): number {
    let counter = -1;
    for (let left = this.count * share; left > 0; ) left -= this.counters[++counter] as number;
    return Math.min(middleOf(counter), this.maxNs);
  }
}

const durationsName = 'nautilus_hop_duration_seconds';
const durationsHelp = 'Time that a hop of the order path took';

/** A histogram whose buckets are filled on the order path without a label or a string, and only printed here. */
class HopDurations extends PrometheusHistogram<'hop' | 'le'> {
  constructor(
    metrics: Registry,
    private readonly hops: ReadonlyMap<string, Hop>,
  ) {
    super({
      name: durationsName,
      help: durationsHelp,
      labelNames: ['hop'],
      buckets: powers.map(boundSeconds),
      registers: [metrics],
    });
  }

  override get(): ReturnType<PrometheusHistogram<'hop' | 'le'>['get']> {
    return this.getForPromString();
  }

  /** What the registry prints. */
  async getForPromString() {
    const values = [...this.hops].flatMap(([hop, recorder]) => {
      const { upTo, count, sumSeconds } = recorder.cumulative();
      const bucket = (le: number | string, value: number) => ({
        labels: { hop, le },
        value,
        metricName: `${durationsName}_bucket`,
      });
      return [
        ...upTo.map(([bound, value]) => bucket(bound, value)),
        bucket('+Inf', count),
        { labels: { hop }, value: sumSeconds, metricName: `${durationsName}_sum` },
        { labels: { hop }, value: count, metricName: `${durationsName}_count` },
      ];
    });
    return {
      name: durationsName,
      help: durationsHelp,
      type: 'histogram' as unknown as MetricType,
      aggregator: 'sum' as const,
      collect: () => undefined,
      values,
    };
  }
}

/** Latency by hop since the process started, in GET /api/v1/latency and GET /metrics. */
export class Latencies {
  private readonly hops = new Map<string, Hop>();

  constructor(metrics: Registry) {
    const { hops } = this;
    new HopDurations(metrics, hops);
    new Gauge({
      name: 'nautilus_hop_latency_seconds',
      help: 'Latency of a hop of the order path since the process started',
      labelNames: ['hop', 'quantile'],
      registers: [metrics],
      collect() {
        for (const [hop, recorder] of hops) {
          const { p50Ns, p99Ns, maxNs } = recorder.summary();
          if (p50Ns === null || p99Ns === null || maxNs === null) continue;
          this.set({ hop, quantile: '0.5' }, p50Ns / 1e9);
          this.set({ hop, quantile: '0.99' }, p99Ns / 1e9);
          this.set({ hop, quantile: '1' }, maxNs / 1e9);
        }
      },
    });
  }

  hop(name: string): LatencyRecorder {
    let hop = this.hops.get(name);
    if (!hop) this.hops.set(name, (hop = new Hop()));
    return hop;
  }

  summary(): Record<string, HopSummary> {
    return Object.fromEntries([...this.hops].map(([name, hop]) => [name, hop.summary()]));
  }
}
