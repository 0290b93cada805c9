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

/** What the rest leaves for queries. */
export const memoryForQueries = ({ limit, series, connections }: PrometheusInput): MemorySize =>
  limit.times(usable).minus(program).minus(seriesSize.times(series.limit)).minus(connectionSize.times(connections));
