/**
 * What a corporate action does to open orders in the instrument, and to what the accounts hold, on the morning of its ex date
 * (FINRA Rule 5330, Adjustment of Orders; docs/linked-orders.md says it for traders):
 *
 * - what is at a venue was of the day before, and is cancelled; what is held here goes on with other terms
 * - cash dividend: limits of buys and prices of sell stops go down by it, to the tick below; sells and buy stops stay
 * - split and stock dividend: quantities grow by it, rounded down to whole shares, prices shrink; rounded so that none trades at a worse price
 *   than before, and no stop goes earlier. Linked orders, children and whoever has children are cancelled: how much they may do counts old shares
 * - reverse split, merger, spin-off: all are cancelled
 */
import { Algorithm, CorporateActionKind, Rejection, Side } from '@nautilus/core/domain';
import type { Exposure } from './exposure';
import { isLive, OrderStatus } from './life-cycle';
import type { OrderMoves } from './order-moves';
import { Hold, type OrderStore, rowOf } from './order-store';
import type { JournalRecord } from './records';

type Action = JournalRecord['action'];

const MAX_INT32 = 0x7fffffff;
/** A cash dividend of less than a cent changes no terms (Rule 5330(a)). 1e-8 of the currency. */
const CENT = 1_000_000;

/** What an action did to what is held, when so many executions were there. */
interface Conversion {
  readonly executions: number;
  readonly instrument: number;
  readonly into: number;
  readonly over: number;
  readonly under: number;
  /** Whether the old shares stay. */
  readonly keeps: boolean;
}

export class ActionFold {
  /** Of the last action. */
  sequence = 0;
  readonly conversions: Conversion[] = [];
  /** Prices of trades before a split, by instrument: no stop goes by them. */
  readonly oldTrades = new Map<number, number>();

  constructor(
    private readonly orders: OrderStore,
    private readonly exposure: Exposure,
    private readonly moves: OrderMoves,
  ) {}

  /** Whether the last trade of an instrument is one of before its split. */
  isOld(instrument: number, price: number): boolean {
    return this.oldTrades.get(instrument) === price;
  }

  /** A trade has let a stop go: the instrument has traded since. */
  traded(index: number): void {
    this.oldTrades.delete(this.orders.chunkOf(index).instrument[rowOf(index)] as number);
  }

  apply(action: Action, executions: number): void {
    this.sequence = action.sequence;
    this.moves.at = action.at;
    const { instrument, into, over, under, action: kind } = action;
    if (kind === CorporateActionKind.split) this.oldTrades.set(instrument, action.lastTrade);
    const shares = kind === CorporateActionKind.merger || kind === CorporateActionKind.spinOff;
    if (shares || kind === CorporateActionKind.split) {
      const conversion = { executions, instrument, into, over, under, keeps: kind === CorporateActionKind.spinOff };
      this.conversions.push(conversion);
      this.convert(conversion);
    }
    if (kind === CorporateActionKind.symbolChange) return;
    for (let index = 0; index < this.orders.count; index++) {
      const chunk = this.orders.chunkOf(index);
      const row = rowOf(index);
      const ends = chunk.status[row] === OrderStatus.pendingCancel && chunk.hold[row] === 0;
      if (chunk.instrument[row] !== instrument || !isLive(chunk.status[row] as number) || ends) continue;
      if (!this.stays(index, action)) this.moves.cancel(index, Rejection.corporateAction);
    }
  }

  /** What accounts hold of the instrument becomes whole shares of another, or other ones of the same. */
  convert({ instrument, into, over, under, keeps }: Conversion): void {
    for (const account of this.exposure.accountNumbers()) {
      const held = this.exposure.position(account, instrument);
      if (!keeps) this.exposure.fill(account, instrument, Side.sell, held);
      // A fraction is paid in cash: towards zero.
      if (into >= 0) this.exposure.fill(account, into, Side.buy, Number((BigInt(held) * BigInt(over)) / BigInt(under)));
    }
  }

  /** Adjusts an order; false when it has to be cancelled. */
  private stays(index: number, action: Action): boolean {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    if (chunk.status[row] !== OrderStatus.suspended && chunk.algorithm[row] !== Algorithm.care) return false;
    if (action.action === CorporateActionKind.cashDividend) return this.reduce(index, action.amount, action.tickSize);
    if (action.action !== CorporateActionKind.split || action.over < action.under) return false;
    const alone = chunk.group[row] === 0 && chunk.parent[row] === 0 && chunk.childOpen[row] === 0;
    return alone && this.multiply(index, action);
  }

  /** A cash dividend of `amount`, 1e-8 of the currency a share. */
  private reduce(index: number, amount: number, tickSize: number): boolean {
    const chunk = this.orders.chunkOf(index);
    const row = rowOf(index);
    const buys = chunk.side[row] === Side.buy;
    const waits = this.awaitsStop(index);
    if (buys === waits || amount < CENT) return true;
    const less = (price: number) =>
      price === 0 ? 0 : Math.floor((price * 10_000 - amount) / (tickSize * 10_000)) * tickSize;
    const [limit, stop] = [chunk.limitPrice[row] as number, chunk.stopPrice[row] as number];
    const stopPrice = waits ? less(stop) : stop;
    const limitPrice = less(limit);
    if ((limit > 0 && limitPrice <= 0) || (stop > 0 && stopPrice <= 0)) return false;
    const quantity = (chunk.wanted[row] as number) - (chunk.taken[row] as number);
    if (limit !== limitPrice || stop !== stopPrice) this.moves.replace(index, quantity, limitPrice, stopPrice);
    return true;
  }

  private multiply(index: number, { over, under, tickSize }: Action): boolean {
    const chunk = this.orders.changing(index);
    const row = rowOf(index);
    const buys = chunk.side[row] === Side.buy;
    const filled = chunk.filled[row] as number;
    const more = (quantity: number) => Number((BigInt(quantity) * BigInt(over)) / BigInt(under));
    const quantity = filled + more((chunk.quantity[row] as number) - filled);
    const shown = more(chunk.displayQuantity[row] as number);
    if (quantity > MAX_INT32 || shown > MAX_INT32) return false;
    const scaled = (price: number, up: boolean) => {
      const ticks = BigInt(under) * BigInt(price);
      const step = BigInt(over) * BigInt(tickSize);
      return Number((up ? ticks + step - 1n : ticks) / step) * tickSize;
    };
    const [limit, stop] = [chunk.limitPrice[row] as number, chunk.stopPrice[row] as number];
    const limitPrice = scaled(limit, !buys);
    const stopPrice = this.awaitsStop(index) ? scaled(stop, buys) : stop;
    if ((limit > 0 && limitPrice === 0) || (stop > 0 && stopPrice === 0)) return false;
    chunk.displayQuantity[row] = shown;
    this.moves.replace(index, quantity, limitPrice, stopPrice);
    return true;
  }

  private awaitsStop(index: number): boolean {
    return ((this.orders.chunkOf(index).hold[rowOf(index)] as number) & Hold.stop) !== 0;
  }
}
