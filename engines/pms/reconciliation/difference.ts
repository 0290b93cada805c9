/** What a statement and the books can disagree about. */
export const breakKinds = [
  /** They hold what we do not. */
  'missing-here',
  /** We hold what they do not. */
  'missing-there',
  'quantity',
  /** Long here and short there, or the other way round. */
  'side',
  /** Another currency than the instrument's. */
  'currency',
  'cash',
  'cash-missing-there',
  'unknown-account',
  'unknown-symbol',
  'unknown-currency',
  'duplicate-line',
  /** An order's fills, against the order system. */
  'order-fills',
] as const;
export type BreakKind = (typeof breakKinds)[number];

/** One difference. Quantities are shares, cash is 1e-4 of the currency; null: they say nothing, or we cannot. */
export interface Difference {
  readonly kind: BreakKind;
  readonly of: 'shares' | 'cash';
  readonly account: string;
  /** Symbol, currency or order. */
  readonly subject: string;
  readonly ours: number | null;
  readonly theirs: number | null;
}
