/** Codes of FIX 4.4 as the desk has them. */
import { OrderType, Rejection, rejections, Side, TimeInForce } from '@nautilus/core/domain';
import { type FixMessage, Tag } from '@nautilus/core/fix';

type Codes = Readonly<Record<number, string>>;

export const sides: Codes = { [Side.buy]: '1', [Side.sell]: '2' };
export const orderTypes: Codes = { [OrderType.market]: '1', [OrderType.limit]: '2' };
export const timesInForce: Codes = { [TimeInForce.ioc]: '3', [TimeInForce.fok]: '4' };
/** ExecInst: participate, do not initiate. */
export const POST_ONLY = '6';
/** OrdRejReason */
export const NO_SUCH_ORDER = '5';
/** CxlRejReason */
export const UNKNOWN_ORDER = '1';
export const ALREADY_PENDING = '3';
/** OrdStatus of an order that rests. */
export const RESTING: ReadonlySet<string> = new Set(['0', '1', 'A', '6', 'E']);

/** What a venue may say of an order or of the market; what it says of us, such as a limit of its own, another venue may see otherwise. */
const ofTheOrder: ReadonlySet<number> = new Set([
  Rejection.unknownInstrument,
  Rejection.badQuantity,
  Rejection.badPrice,
  Rejection.unknownOrder,
  Rejection.orderNotLive,
  Rejection.alreadyFilled,
  Rejection.changePending,
  Rejection.noMarket,
  Rejection.wouldTake,
  Rejection.halted,
  Rejection.notFillable,
  Rejection.noLiquidity,
]);

/** The reason that a venue of ours names in Text; of another, that it was the venue's. */
export function reasonOf(message: FixMessage): number {
  const text = message.get(Tag.Text);
  if (text === undefined) return Rejection.none;
  const reason = Object.entries(Rejection).find(([name]) => name === text)?.[1];
  return reason !== undefined && ofTheOrder.has(reason) ? reason : rejections.code('venueRejected');
}
