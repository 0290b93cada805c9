import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const data = path.join(__dirname, '..', '..', '..', 'engines', 'marketdata', 'data');

/** LOBSTER's sample of AAPL on 2012-06-21: the first 40,000 messages. */
export const sampleMessages = path.join(data, 'AAPL_2012-06-21_message_50_first40000.csv.gz');

/** Lines of a compressed file of the sample. */
export function sampleLines(name: string): string[] {
  return gunzipSync(readFileSync(path.join(data, name)))
    .toString('latin1')
    .trimEnd()
    .split('\n');
}

/** The exchange's own best quotes over the same time, one line a change. */
export const bestQuotes = (): string[] => sampleLines('AAPL_2012-06-21_best_quotes_first40000.csv.gz');
