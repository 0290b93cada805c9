import { Gauge, type Registry } from 'prom-client';

/** Distance between two marks at least, ms. */
const STEP_MS = 1000;
const MOST_MARKS = 4096;

/** How old what is not written is, from when the journal's end was seen where: exact to the time between two looks. */
export class LagClock {
  private marks: { readonly record: number; readonly at: number }[] = [];

  /** Takes note of both; milliseconds since record `written + 1` was seen to be durable; 0 when nothing waits. */
  look(durable: number, written: number, now = performance.now()): number {
    const { marks } = this;
    const last = marks.at(-1);
    if (last === undefined || (last.record < durable && now - last.at >= STEP_MS))
      marks.push({ record: durable, at: now });
    const first = marks.findIndex(({ record }) => record > written);
    this.marks = first < 0 ? [] : marks.slice(first);
    if (this.marks.length > MOST_MARKS) this.marks = this.marks.filter((_, place) => place % 2 === 0);
    return first < 0 ? 0 : now - (this.marks[0] as { at: number }).at;
  }
}

interface Lag {
  readonly records: () => number;
  readonly seconds: () => number;
}

const lagsOf = new WeakMap<Registry, Map<string, Lag>>();

/** One gauge a unit, whatever the number of sinks of an engine. */
export function exportLag(metrics: Registry, sink: string, lag: Lag): void {
  const known = lagsOf.get(metrics);
  if (known) return void known.set(sink, lag);
  const lags = new Map([[sink, lag]]);
  lagsOf.set(metrics, lags);
  gauge('records', 'Durable journal records that a database does not have yet');
  gauge('seconds', 'Age of the oldest durable journal record that a database does not have yet');

  function gauge(unit: keyof Lag, help: string): void {
    new Gauge({
      name: `nautilus_write_behind_lag_${unit}`,
      help,
      labelNames: ['sink'],
      registers: [metrics],
      collect() {
        for (const [label, value] of lags) this.set({ sink: label }, value[unit]());
      },
    });
  }
}
