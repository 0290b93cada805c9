import { MemorySize } from '@nautilus/config';
import type { PrometheusInput } from './settings/input';

/** The program itself, before it has measured anything. */
export const program = MemorySize.mebibytes(64);
/** Resident memory of one series in the newest block, labels, index and garbage included. */
export const seriesSize = MemorySize.bytes(3277);
/** Buffers and stack of one connection. */
export const connectionSize = MemorySize.kibibytes(32);
/** A sample in a query: 16 bytes, in a list that doubles when it grows. */
export const sampleSize = MemorySize.bytes(32);
/** What of the limit may be promised; the rest is left to garbage that is not collected yet. */
const usable = 0.9;

/** What is taken before the first query. */
const beforeQueries = ({ series, connections }: PrometheusInput): MemorySize =>
  MemorySize.sum([program, seriesSize.times(series.limit), connectionSize.times(connections)]);

/** What the rest leaves for queries. */
export const memoryForQueries = (input: PrometheusInput): MemorySize =>
  input.limit.times(usable).minus(beforeQueries(input));

const step = MemorySize.mebibytes(16);

/** The smallest limit, in steps of 16 MiB, that leaves `queries` beside everything else. */
export const limitFor = (input: PrometheusInput, queries: MemorySize): MemorySize =>
  beforeQueries(input)
    .plus(queries)
    .times(1 / usable)
    .plus(step)
    .floorTo(step);
