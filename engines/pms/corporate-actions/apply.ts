import { Side } from '@nautilus/core/domain';
import { exact } from '../books/arithmetic';
import { dayNumber } from '../books/calendar';
import { Holding, Lot, Position } from '../books/columns';
import { bookFill, MOST_SHARES, tooManyShares } from '../books/fill';
import { Book } from '../books/ledger';
import type { BooksState } from '../books/state';
import type { CashDividend, CorporateAction, KnownAction, Merger, SpinOff } from './actions';
import { allot, averageReleased, nearest, type OpenLot, spread, transformLots } from './ratios';

/** A position that an action is done to. */
interface Affected {
  readonly row: number;
  readonly quantity: bigint;
}

/**
 * Does an action to all that hold the instrument, at the beginning of its ex date.
 * @throws CodedError NAUT_POSITION_OVERFLOW: done to some of them, so that the books must be brought back from their journal
 */
export function applyAction(books: BooksState, { action, instrument, into }: KnownAction, record: number): void {
  if (action.type === 'symbol-change') {
    books.definitions.rename(instrument, action.into);
    return;
  }
  const { holdings } = books.positions;
  for (
    let next = books.positions.firstOfInstrument(instrument);
    next > 0;
    next = holdings.get(next - 1, Holding.nextOfInstrument)
  ) {
    const affected = [...books.positions.positionsOf(next - 1)]
      .map((row) => ({ row, quantity: BigInt(books.positions.table.get(row, Position.quantity)) }))
      .filter(({ quantity }) => quantity !== 0n)
      .reverse();
    if (affected.length > 0) applyToHolding(books, action, into, affected, record);
  }
}

function applyToHolding(
  books: BooksState,
  action: CorporateAction,
  into: number,
  affected: readonly Affected[],
  record: number,
): void {
  const { type } = action;
  if (type === 'split')
    rescale(books, affected, BigInt(action.over), BigInt(action.under), BigInt(action.price), record);
  else if (type === 'stock-dividend')
    rescale(
      books,
      affected,
      BigInt(action.under) + BigInt(action.over),
      BigInt(action.under),
      BigInt(action.price),
      record,
    );
  else if (type === 'cash-dividend') payDividend(books, action, affected, record);
  else if (type === 'merger') merge(books, action, into, affected, record);
  else if (type === 'spin-off') moveShares(books, affected, action, into, record);
}

/** More or fewer shares of the same instrument for the same cost. */
function rescale(
  books: BooksState,
  affected: readonly Affected[],
  over: bigint,
  under: bigint,
  price: bigint,
  record: number,
): void {
  const { table } = books.positions;
  const allotments = allot(
    affected.map(({ quantity }) => quantity),
    over,
    under,
  );
  const cash = spread(
    allotments.map(({ fraction }) => fraction * price),
    under,
  );
  affected.forEach(({ row, quantity }, place) => {
    const allotment = allotments[place]!;
    const inLieu = cash[place]!;
    const { lots, released } = transformLots(lotsOf(books, row), over, under, allotment, inLieu);
    const sells = sold(quantity, allotment.fraction);
    const average = averageReleased(BigInt(table.get(row, Position.averageCost)), quantity, over, allotment.fraction);
    adjust(books, row, record, {
      cash: inLieu,
      average: sells ? -average : -inLieu,
      fifo: sells ? -released : -inLieu,
    });
    setQuantity(books, row, Number(allotment.whole));
    table.set(row, Position.unsettled, Number(nearest(BigInt(table.get(row, Position.unsettled)) * over, under)));
    putLots(books, row, lots);
  });
}

/** Who held it the day before is due the amount; who was short owes it. */
function payDividend(
  books: BooksState,
  { amount, payDate }: CashDividend,
  affected: readonly Affected[],
  record: number,
): void {
  const paid = spread(
    affected.map(({ quantity }) => quantity * BigInt(amount)),
    E8_PER_UNIT,
  );
  const { ledger, positions } = books;
  const { table } = positions;
  const due = dueOn(books, payDate);
  affected.forEach(({ row }, place) => {
    const sum = Number(paid[place]);
    ledger.begin(table.get(row, Position.purse), table.get(row, Position.instrument));
    ledger.add(due === 0 ? Book.cash : Book.unsettled, sum, due);
    ledger.add(Book.dividends, -sum);
    ledger.post(record, books.dayNumber);
    table.increase(row, Position.income, sum);
    books.listener.position?.(row);
  });
}

/** The position ends; its cost goes with the cash and the shares that come for it, by what they are worth. */
function merge(books: BooksState, action: Merger, into: number, affected: readonly Affected[], record: number): void {
  const [over, under] = [BigInt(action.over), BigInt(action.under)];
  const [amount, price] = [BigInt(action.amount), BigInt(action.price)];
  const paid = spread(
    affected.map(({ quantity }) => quantity * amount),
    E8_PER_UNIT,
  );
  // Of `under` old shares, in 1e-8 of the currency: what comes in cash, and in all.
  const inCash = amount * under;
  const inAll = inCash + over * price * E8_PER_UNIT;
  const part = (cost: bigint) => (inAll === 0n ? cost : nearest(cost * inCash, inAll));
  const { table } = books.positions;
  affected.forEach(({ row }, place) => {
    const lots = lotsOf(books, row);
    const parts = lots.map(({ cost }) => part(cost));
    adjust(books, row, record, {
      cash: paid[place]!,
      average: -part(BigInt(table.get(row, Position.averageCost))),
      fifo: -sum(parts),
      due: dueOn(books, action.payDate),
    });
    putLots(
      books,
      row,
      lots.map((lot, number) => ({ ...lot, cost: lot.cost - parts[number]! })),
    );
  });
  if (into < 0)
    for (const { row } of affected) {
      setQuantity(books, row, 0);
      table.set(row, Position.unsettled, 0);
      putLots(books, row, []);
    }
  else moveShares(books, affected, action, into, record);
}

/** Gives shares of another instrument: for the old ones, with all of their cost, or besides them, with a part of it. */
function moveShares(
  books: BooksState,
  affected: readonly Affected[],
  action: SpinOff | Merger,
  target: number,
  record: number,
): void {
  const { positions } = books;
  const keeps = action.type === 'spin-off';
  const [over, under, price] = [BigInt(action.over), BigInt(action.under), BigInt(action.price)];
  const part = (cost: bigint) => (keeps ? nearest(cost * BigInt(action.costBasisPoints), 10_000n) : cost);
  const allotments = allot(
    affected.map(({ quantity }) => quantity),
    over,
    under,
  );
  const cash = spread(
    allotments.map(({ fraction }) => fraction * price),
    under,
  );
  affected.forEach(({ row, quantity }, place) => {
    const { table } = positions;
    const [account, strategy] = [table.get(row, Position.account), table.get(row, Position.strategy)];
    const lots = lotsOf(books, row);
    const leaving = lots.map((lot) => ({ ...lot, cost: part(lot.cost) }));
    const inherited = {
      average: part(BigInt(table.get(row, Position.averageCost))),
      fifo: sum(leaving.map(({ cost }) => cost)),
    };
    table.increase(row, Position.averageCost, -Number(inherited.average));
    table.increase(row, Position.fifoCost, -Number(inherited.fifo));
    books.listener.position?.(row);
    if (!keeps) {
      setQuantity(books, row, 0);
      table.set(row, Position.unsettled, 0);
    }
    const stay = keeps ? lots.map((lot, number) => ({ ...lot, cost: lot.cost - leaving[number]!.cost })) : [];
    putLots(books, row, stay);
    const allotment = allotments[place]!;
    receive(
      books,
      { account, strategy, target, purse: table.get(row, Position.purse), quantity, price, record },
      inherited,
      {
        shares: Number(allotment.whole),
        inLieu: cash[place]!,
        average: averageReleased(inherited.average, quantity, over, allotment.fraction),
        sells: sold(quantity, allotment.fraction),
        ...transformLots(leaving, over, under, allotment, cash[place]!),
      },
    );
  });
}

interface Arriving {
  readonly shares: number;
  readonly inLieu: bigint;
  /** Cost of a fraction that is sold, by either rule. */
  readonly average: bigint;
  readonly released: bigint;
  readonly sells: boolean;
  readonly lots: readonly OpenLot[];
}

/** Puts shares that came from elsewhere, with their cost, into a position. */
function receive(
  books: BooksState,
  to: {
    readonly account: number;
    readonly strategy: number;
    readonly target: number;
    readonly purse: number;
    /** Of the position that they come from. */
    readonly quantity: bigint;
    readonly price: bigint;
    readonly record: number;
  },
  inherited: Costs,
  { shares, inLieu, average, released, sells, lots }: Arriving,
): void {
  const { positions, definitions } = books;
  const { account, strategy, target, record } = to;
  let row = positions.find(account, strategy, target);
  if (row < 0) row = positions.open(account, strategy, target, to.purse);
  const held = positions.table.get(row, Position.quantity);
  if (held !== 0 && held > 0 !== to.quantity > 0n) {
    // Of the other side than what is there: as if it had been sold, and bought for the same.
    const worth = BigInt(shares) * to.price;
    const { id, settlementDays } = definitions.accounts[account]!;
    const due = settlementDays === 0 ? 0 : books.nextNumber;
    adjust(books, row, record, { cash: inLieu + worth, average: 0n, fifo: 0n, inherited, due });
    const side = shares > 0 ? Side.buy : Side.sell;
    const fill = {
      account: id,
      instrument: definitions.instruments[target]!.id,
      strategy,
      price: Number(to.price),
      side,
    };
    if (shares !== 0) bookFill(books, { ...fill, quantity: Math.abs(shares) }, record);
    return;
  }
  adjust(books, row, record, {
    cash: inLieu,
    average: inherited.average - (sells ? average : inLieu),
    fifo: inherited.fifo - (sells ? released : inLieu),
    inherited,
  });
  setQuantity(books, row, held + shares);
  putLots(
    books,
    row,
    [...lotsOf(books, row), ...lots].sort((a, b) => a.record - b.record),
  );
}

interface Costs {
  readonly average: bigint;
  readonly fifo: bigint;
}

/**
 * Posts money that comes for a position and what its cost changes by, under each rule; what the two leave is realised. `inherited` is
 * cost that another position of the purse has given up already.
 */
function adjust(
  books: BooksState,
  row: number,
  record: number,
  change: Costs & { readonly cash: bigint; readonly inherited?: Costs; readonly due?: number },
): void {
  const { ledger, positions, definitions } = books;
  const { table } = positions;
  const { cash, inherited = { average: 0n, fifo: 0n }, due = 0 } = change;
  const own = definitions.accounts[table.get(row, Position.account)]!.costMethod;
  const realised = (rule: 'average' | 'fifo') => Number(cash + change[rule] - inherited[rule]);
  ledger.begin(table.get(row, Position.purse), table.get(row, Position.instrument));
  ledger.add(due === 0 ? Book.cash : Book.unsettled, Number(cash), due);
  ledger.add(Book.securities, Number(change[own] - inherited[own]));
  ledger.add(Book.realised, -realised(own));
  ledger.post(record, books.dayNumber);
  table.set(
    row,
    Position.averageCost,
    exact(table.get(row, Position.averageCost) + Number(change.average), 'the cost of the position'),
  );
  table.increase(row, Position.averageRealised, realised('average'));
  table.set(
    row,
    Position.fifoCost,
    exact(table.get(row, Position.fifoCost) + Number(change.fifo), 'the cost of the position'),
  );
  table.increase(row, Position.fifoRealised, realised('fifo'));
  books.listener.position?.(row);
}

/** 1e-8 of a currency in its 1e-4. */
const E8_PER_UNIT = 10_000n;

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** Whether a fraction leaves the position, rather than being bought for it. */
const sold = (quantity: bigint, fraction: bigint): boolean => fraction !== 0n && fraction > 0n === quantity > 0n;

/** 0 when money of that day is there now. */
function dueOn(books: BooksState, day: string): number {
  const due = dayNumber(day);
  return due <= books.dayNumber ? 0 : due;
}

function setQuantity({ positions, listener }: BooksState, row: number, quantity: number): void {
  if (Math.abs(quantity) > MOST_SHARES) throw tooManyShares(quantity);
  const { table } = positions;
  positions.holdings.increase(
    table.get(row, Position.holding),
    Holding.quantity,
    quantity - table.get(row, Position.quantity),
  );
  table.set(row, Position.quantity, quantity);
  listener.position?.(row);
}

function lotsOf({ positions }: BooksState, row: number): OpenLot[] {
  const { table } = positions.lots;
  return [...positions.lots.of(row)].map((lot) => ({
    quantity: BigInt(table.get(lot, Lot.quantity)),
    cost: BigInt(table.get(lot, Lot.cost)),
    day: table.get(lot, Lot.day),
    record: table.get(lot, Lot.record),
  }));
}

function putLots({ positions }: BooksState, row: number, lots: readonly OpenLot[]): void {
  while (positions.table.get(row, Position.firstLot) !== 0) positions.lots.drop(row);
  for (const { quantity, cost, day, record } of lots)
    positions.lots.open(row, Number(quantity), Number(cost), day, record);
}
