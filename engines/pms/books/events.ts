import type { CorporateAction, Quoted } from '../corporate-actions/actions';
import type { MarginCallEvent } from '../margin/calls';
import type { Difference } from '../reconciliation/difference';
import type { AccountDefinition, InstrumentDefinition } from './definitions';

/** How cash moves that no trade moved. Amounts are 1e-4 of the currency; positive is into the account. */
export const cashMovements = ['deposit', 'withdrawal', 'interest', 'fee', 'adjustment'] as const;
type CashMovement = (typeof cashMovements)[number];

/** Accounts and instruments as the profile has them: new ones, or ones that changed. */
export interface Define {
  readonly kind: 'define';
  readonly accounts: readonly AccountDefinition[];
  readonly instruments: readonly InstrumentDefinition[];
}

/** A business day begins; `next` is the one after it, on which its trades settle. */
export interface Roll {
  readonly kind: 'roll';
  readonly day: string;
  readonly next: string;
  /** Closing price of the day that ends, by instrument id, in half price units. */
  readonly marks: Readonly<Record<string, number>>;
  /** Of the marks. Records of earlier releases have none. */
  readonly quoted?: Quoted;
}

export interface Cash {
  readonly kind: 'cash';
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly movement: CashMovement;
  readonly amount: number;
}

/** One currency for another, between an account's own purses. */
export interface Conversion {
  readonly kind: 'conversion';
  readonly id: string;
  readonly account: string;
  readonly sold: { readonly currency: string; readonly amount: number };
  readonly bought: { readonly currency: string; readonly amount: number };
}

/** What one unit of a currency is worth in another. */
interface Rate {
  readonly kind: 'rate';
  readonly from: string;
  readonly to: string;
  readonly rate: number;
}

/** One line of a custodian's statement: shares of a symbol or, without one, cash in 1e-4 of the currency. */
export interface StatementLine {
  /** In the file. */
  readonly line: number;
  readonly account: string;
  readonly symbol: string | null;
  readonly currency: string;
  readonly quantity: number;
  /** Whether it leaves out what is not settled. */
  readonly settled: boolean;
}

/** What a custodian holds at the end of a day, over all accounts. */
export interface Statement {
  readonly kind: 'statement';
  readonly id: string;
  readonly custodian: string;
  readonly asOf: string;
  readonly lines: readonly StatementLine[];
}

/** What the order system has other fills of than the books, among some of its orders. */
export interface OrderCheck {
  readonly kind: 'order-check';
  /** The orders that were looked at. */
  readonly from: number;
  readonly to: number;
  readonly differences: readonly Difference[];
}

/** Somebody knows why a break is there. */
export interface Explain {
  readonly kind: 'explain';
  readonly break: string;
  readonly note: string;
}

export type BooksEvent =
  | Define
  | Roll
  | Cash
  | Conversion
  | Rate
  | CorporateAction
  | Statement
  | OrderCheck
  | Explain
  | MarginCallEvent;
