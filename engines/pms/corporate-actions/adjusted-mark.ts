import type { BooksState } from '../books/state';
import type { CorporateAction, KnownAction, Quoted } from './actions';
import { nearest } from './ratios';

/** The price of the day before, less what an action takes from it: the shares are worth together what they were. Half price units; 0: nothing. */
export function withoutAction(halves: number, action: CorporateAction): number {
  const price = BigInt(halves);
  switch (action.type) {
    case 'split':
      return Number(nearest(price * BigInt(action.under), BigInt(action.over)));
    case 'stock-dividend':
      return Number(nearest(price * BigInt(action.under), BigInt(action.under + action.over)));
    case 'cash-dividend':
      return Math.max(0, Number(nearest(price * E8_PER_HALF - BigInt(action.amount), E8_PER_HALF)));
    case 'spin-off': {
      const leaves = 2n * BigInt(action.over) * BigInt(action.price);
      return Math.max(0, Number(nearest(price * BigInt(action.under) - leaves, BigInt(action.under))));
    }
    default:
      return halves;
  }
}

/** Adjusts the closing mark of an instrument; one that was adjusted already, once more. */
export function adjustMark(books: BooksState, { action, instrument }: KnownAction, quoted: Quoted): void {
  const quote = quoted[books.definitions.instruments[instrument]!.id];
  if (quote === undefined) return;
  const before = books.adjusted.get(instrument)?.halves ?? books.closing[instrument]!;
  const halves = withoutAction(before, action);
  if (halves !== before) books.adjusted.set(instrument, { halves, quote });
}

/** A day ends: marks of instruments that were quoted on it are the market's again. */
export function forgetQuoted({ adjusted, definitions }: BooksState, quoted: Quoted): void {
  for (const [instrument, { quote }] of adjusted)
    if (quoted[definitions.instruments[instrument]!.id] !== quote) adjusted.delete(instrument);
}

/** 1e-8 of a currency in half a price unit. */
const E8_PER_HALF = 5_000n;
