import { generateItch } from '@nautilus/marketdata/files';
import { SYMBOLS } from '../synthetic-market';

/** A file of so many messages of the symbols that `instruments` has. */
export function itchFile(file: string, messages: number): void {
  const { count } = generateItch(file, { count: messages, symbols: SYMBOLS, seed: 1, rate: 100, branching: 0.7 });
  if (count !== messages) throw new Error(`the market has ${count} of ${messages} messages`);
}
