import { PRICE_UNITS, toPriceUnits } from '@nautilus/core/domain';
import { type Fields, type FixMessage, Tag } from '@nautilus/core/fix';

/** ClOrdID of a child: its number and that of the order that it works for. Of a change, the session and a count behind it. */
const NAME = /^([1-9]\d{0,15})-([1-9]\d{0,15})(-\d+-\d+)?$/;

export const nameOf = (childId: number, orderId: number): string => `${childId}-${orderId}`;

/** OrdStatus of an order that trades no more: done, cancelled, rejected, expired. */
const ENDED = new Set(['2', '3', '4', '8', 'C']);
/** LastLiquidityInd */
const ADDED = '1';
/** CommType: currency a share, or per cent of the amount; else it is the amount. */
const PER_UNIT = '1';
const PERCENT = '2';
/** ExecType */
const TRADE = 'F';

/** Shares that a venue has told of, in price units and 1e-4 of the currency. */
export interface VenueFill {
  readonly price: number;
  readonly quantity: number;
  readonly maker: number;
  readonly fee: number;
  /** Shares of the order that are filled with it. */
  readonly cumulative: number;
}

/** An order at the venue, by what was sent and what was heard of it. */
export class FixOrder {
  /** Ids of changes that have no answer yet. */
  readonly pending = new Set<string>();
  changes = 0;
  private filled = 0;
  /** Price units × shares. */
  private notional = 0;

  constructor(
    readonly childId: number,
    readonly orderId: number,
    /** As the desk names it in this session; 0: it was sent in an earlier one. */
    readonly child: number,
    readonly symbol: string,
    readonly side: string,
    readonly type: string,
  ) {}

  /** The order that a message is about, as far as its ClOrdID is one of ours. */
  static of(message: Fields, child = 0): FixOrder | undefined {
    const [, childId, orderId] = NAME.exec(message.text(Tag.ClOrdID) || message.text(Tag.BusinessRejectRefID)) ?? [];
    if (childId === undefined) return undefined;
    const text = (tag: number) => message.text(tag);
    return new FixOrder(Number(childId), Number(orderId), child, text(Tag.Symbol), text(Tag.Side), text(Tag.OrdType));
  }

  get name(): string {
    return nameOf(this.childId, this.orderId);
  }

  hasEnded(report: FixMessage): boolean {
    return ENDED.has(report.text(Tag.OrdStatus));
  }

  /**
   * What a report says was traded. CumQty tells when reports before it were lost: what is missing is a fill at its average price, so that
   * quantities are right whatever happened to the messages. The same trade told again has a CumQty that is not new.
   * @param feeOf a share, where the report names no commission
   */
  *fills(report: FixMessage, feeOf: (maker: number) => number): Generator<VenueFill> {
    const cumulative = report.number(Tag.CumQty) || 0;
    const traded = report.get(Tag.ExecType) === TRADE;
    const quantity = traded ? report.number(Tag.LastQty) : 0;
    const price = traded ? (toPriceUnits(report.number(Tag.LastPx)) ?? 0) : 0;
    const notional = report.number(Tag.AvgPx) * PRICE_UNITS * cumulative;
    const lost = cumulative - quantity - this.filled;
    if (lost > 0) {
      const average = Math.round((notional - price * quantity - this.notional) / lost);
      yield { price: average, quantity: lost, maker: 0, fee: feeOf(0) * lost, cumulative: cumulative - quantity };
    }
    if (traded) {
      const maker = report.get(Tag.LastLiquidityInd) === ADDED ? 1 : 0;
      yield { price, quantity, maker, fee: feeIn(report, price * quantity, quantity, feeOf(maker)), cumulative };
    }
    if (cumulative <= this.filled) return;
    this.filled = cumulative;
    this.notional = notional;
  }
}

function feeIn(report: FixMessage, notional: number, quantity: number, feeOfShare: number): number {
  const commission = report.get(Tag.Commission);
  if (commission === undefined) return feeOfShare * quantity;
  const type = report.get(Tag.CommType);
  if (type === PERCENT) return Math.round((notional * Number(commission)) / 100);
  return Math.round(Number(commission) * PRICE_UNITS * (type === PER_UNIT ? quantity : 1));
}
