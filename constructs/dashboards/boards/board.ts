import type { Profile, ServiceName } from '@nautilus/config';

/** One expression of a panel, in PromQL with Grafana's own `$__rate_interval`. */
export interface Query {
  readonly expression: string;
  /** Name of each line, with `{{label}}` for a label's value. @default the labels */
  readonly legend?: string;
}

type Colour = 'green' | 'blue' | 'yellow' | 'orange' | 'red';
/** From which value on a colour holds; null: from minus infinity. */
export type Step = readonly [from: number | null, colour: Colour];

export interface Panel {
  /** lines over time, one figure, one bar a series, or one band of states a series */
  readonly kind: 'lines' | 'figure' | 'bars' | 'states';
  readonly title: string;
  /** What it says and what to do about it; shown beside the title. */
  readonly about: string;
  /** Grafana's name of the unit: s, bytes, percentunit, ops … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** @default no threshold */
  readonly steps?: readonly Step[];
  /** Text for a value, where a number says nothing. */
  readonly words?: Readonly<Record<number, readonly [text: string, colour: Colour]>>;
  /** Of 24 columns. @default 12, a figure 4 */
  readonly width?: number;
  /** Are the lines parts of a whole? @default false */
  readonly stacked?: boolean;
  readonly max?: number;
}

export interface Row {
  readonly title: string;
  /** Services without which the row has nothing to show. @default none */
  readonly needs?: readonly ServiceName[];
  readonly panels: readonly Panel[];
}

/** What one dashboard shows. */
export interface Board {
  /** Stays the same for ever: people have links to it. */
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Row[];
}

export type BoardOf = (profile: Profile) => Board;

/** Steps of a share of something that runs full: the same as the alerts. */
export const filling: readonly Step[] = [
  [null, 'green'],
  [0.6, 'blue'],
  [0.8, 'yellow'],
  [0.9, 'orange'],
  [0.95, 'red'],
];

/** Any at all is bad. */
export const noneAllowed: readonly Step[] = [
  [null, 'green'],
  [1, 'red'],
];

/** A yes that is good. */
export const yesNo = { 1: ['yes', 'green'], 0: ['no', 'red'] } as const;
/** A yes that is bad. */
export const noYes = { 0: ['no', 'green'], 1: ['yes', 'red'] } as const;

/** Quantile of a Prometheus histogram, by the labels given. */
export const quantile = (share: number, histogram: string, selector: string, by: readonly string[] = []): string =>
  `histogram_quantile(${share}, sum by (${['le', ...by].join(', ')}) (rate(${histogram}_bucket{${selector}}[$__rate_interval])))`;

/** The usual three quantiles of a latency. */
export const latencies = (histogram: string, selector: string): Query[] => [
  { expression: quantile(0.5, histogram, selector), legend: 'half' },
  { expression: quantile(0.99, histogram, selector), legend: '99 %' },
  { expression: quantile(0.999, histogram, selector), legend: '99.9 %' },
];
