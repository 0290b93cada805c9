import { build, type Histogram } from 'hdr-histogram-js';
import { Gauge, type Registry } from 'prom-client';
import type { LatencyRecorder } from './definition';

const LONGEST_NS = 60e9;

export interface HopSummary {
  readonly count: number;
  /** Null before the first message. */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  readonly maxNs: number | null;
}

class Hop implements LatencyRecorder {
  /** Three significant digits from 1 ns to a minute: 26 × 1024 counters, allocated once. */
  private readonly histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    autoResize: false,
    useWebAssembly: false,
  });

  record(ns: number): void {
    this.histogram.recordValue(ns > 1 ? (ns < LONGEST_NS ? Math.floor(ns) : LONGEST_NS) : 1);
  }

  summary(): HopSummary {
    const { histogram } = this;
    if (histogram.totalCount === 0) return { count: 0, p50Ns: null, p99Ns: null, maxNs: null };
    return {
      count: histogram.totalCount,
      p50Ns: histogram.getValueAtPercentile(50),
      p99Ns: histogram.getValueAtPercentile(99),
      maxNs: histogram.maxValue,
    };
  }
}

/** Latency by hop since the process started, in GET /api/v1/latency and GET /metrics. */
export class Latencies {
  private readonly hops = new Map<string, Hop>();

  constructor(metrics: Registry) {
    const { hops } = this;
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
