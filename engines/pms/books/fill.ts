import { CodedError, type Execution, Side, type ValuesOf } from '@nautilus/core/domain';
import { exact, proportion } from './arithmetic';
import { Holding, Position } from './columns';
import type { AccountDefinition, InstrumentDefinition } from './definitions';
import { Book } from './ledger';
import type { BooksState } from './state';

/** The most shares of a position: `proportion` divides by them. */
export const MOST_SHARES = 2 ** 31 - 1;

/** The fields of an execution that books are made from. */
export type Fill = Pick<ValuesOf<typeof Execution>, 'account' | 'instrument' | 'price' | 'quantity' | 'side'> &
  Partial<Pick<ValuesOf<typeof Execution>, 'fee' | 'strategy'>>;

/**
 * Books one fill.
 *
 * Two cost rules side by side; the account's own one is what the ledger realises. A fill that enlarges the position adds price ×
 * quantity to its cost and opens a lot. A fill of r shares that reduces a position of q releases cost × r / q under `average`, and
 * under `fifo` the cost of the oldest lots, the last of them in proportion; both to the nearest unit, halves to even. It realises its
 * proceeds less that. A fill that closes the position releases all that is left; one through zero closes and opens at the same price.
 *
 * @throws CodedError NAUT_UNKNOWN_ACCOUNT, NAUT_UNKNOWN_INSTRUMENT, NAUT_BAD_EXECUTION, NAUT_POSITION_OVERFLOW: nothing has changed
 */
export function bookFill(books: BooksState, fill: Fill, record: number): void {
  const { price, quantity, side, fee = 0, strategy = 0 } = fill;
  const { definitions, ledger, positions } = books;
  const account = definitions.accountRow(fill.account);
  const instrument = definitions.instrumentRow(fill.instrument);
  if (!(quantity >= 1) || (side !== Side.buy && side !== Side.sell)) throw badExecution(fill);
  const { costMethod, settlementDays } = definitions.accounts[account] as AccountDefinition;
  const { lots, table } = positions;
  let row = positions.find(account, strategy, instrument);
  const held = row < 0 ? 0 : table.get(row, Position.quantity);
  const averageCost = row < 0 ? 0 : table.get(row, Position.averageCost);
  const fifoCost = row < 0 ? 0 : table.get(row, Position.fifoCost);

  const sign = side === Side.buy ? 1 : -1;
  const size = Math.abs(held);
  const closed = held !== 0 && held > 0 !== sign > 0 ? Math.min(quantity, size) : 0;
  const opened = quantity - closed;
  const after = held + sign * quantity;
  if (Math.abs(after) > MOST_SHARES) throw tooManyShares(after);
  const value = exact(price * sign * quantity, 'the value of the execution');
  const proceeds = -sign * price * closed;
  const opening = sign * price * opened;
  let averageReleased = 0;
  let fifoReleased = 0;
  if (closed > 0) {
    averageReleased =
      closed === size ? averageCost : Math.sign(averageCost) * proportion(Math.abs(averageCost), closed, size);
    fifoReleased = closed === size ? fifoCost : lots.releasable(row, closed);
  }
  const fifo = costMethod === 'fifo';
  const released = fifo ? fifoReleased : averageReleased;
  exact(averageCost + opening, 'the cost of the position');
  exact(fifoCost + opening, 'the cost of the position');

  const purse = row < 0 ? purseOf(books, account, instrument) : table.get(row, Position.purse);
  const money = settlementDays === 0 ? Book.cash : Book.unsettled;
  const due = settlementDays === 0 ? 0 : books.nextNumber;
  ledger.begin(purse, instrument);
  ledger.add(money, -value, due);
  ledger.add(Book.securities, opening - released);
  ledger.add(Book.realised, released - proceeds);
  ledger.add(Book.fees, fee);
  ledger.add(money, -fee, due);
  ledger.post(record, books.dayNumber);

  if (row < 0) row = positions.open(account, strategy, instrument, purse);
  const { cells } = table;
  const at = row * table.width;
  cells[at + Position.quantity] = after;
  if (settlementDays !== 0) cells[at + Position.unsettled]! += sign * quantity;
  cells[at + Position.averageCost] = averageCost - averageReleased + opening;
  cells[at + Position.averageRealised]! += proceeds - averageReleased;
  cells[at + Position.fifoCost] = fifoCost - fifoReleased + opening;
  cells[at + Position.fifoRealised]! += proceeds - fifoReleased;
  cells[at + Position.fees]! += fee;
  if (closed > 0) lots.close(row, closed, price, books.dayNumber, record);
  if (opened > 0) lots.open(row, sign * opened, opening, books.dayNumber, record);
  positions.holdings.increase(cells[at + Position.holding] as number, Holding.quantity, sign * quantity);
  books.listener.position?.(row);
}

function purseOf({ definitions, ledger }: BooksState, account: number, instrument: number): number {
  const { currency } = definitions.instruments[instrument] as InstrumentDefinition;
  return ledger.purse(account, definitions.currency(currency));
}

const badExecution = ({ quantity, side }: Fill): CodedError =>
  new CodedError({
    code: 'NAUT_BAD_EXECUTION',
    message: `an execution has quantity ${quantity} and side ${side}; allowed: a quantity from 1, side 0 (buy) or 1 (sell)`,
    fix: 'the ring oms.executions is damaged or was written by another version: stop the platform and start it again',
  });

export const tooManyShares = (shares: number): CodedError =>
  new CodedError({
    code: 'NAUT_POSITION_OVERFLOW',
    message: `the position would be ${shares} shares; allowed: ±${MOST_SHARES}`,
    fix: 'split the account, or correct the execution if its quantity is wrong',
  });
