/** What a client reads when an order or a change is refused. */
import { CommandKind, fromPriceUnits, OrderType, orderTypes, Rejection, rejections, Side } from '@nautilus/core/domain';
import { EngineError } from '@nautilus/core/kernel';
import type { Directory } from '../directory';
import { isStop } from '../order-moves';
import type { JournalRecord } from '../records';

type Terms = JournalRecord['order'];

interface Explanation {
  readonly message: string;
  readonly fix: string;
  readonly value?: unknown;
  readonly allowed?: unknown;
  /** @default 422 */
  readonly status?: number;
}

/** Price units that a message can carry. */
const MAX_PRICE = 0x7fffffff;

const money = (notional: number) => fromPriceUnits(notional);

/** The numbers of `order` are those of the refused request. */
function explain(order: Terms, asked: Readonly<Record<string, unknown>>, directory: Directory): Explanation {
  const { value, allowed, reason } = order;
  const symbol = directory.symbol(order.instrument);
  const account = directory.accountName(order.account);
  const limits = `PUT /api/v1/risk/limits/${account} on the risk engine changes it`;
  switch (reason) {
    case Rejection.unknownInstrument:
      return {
        message: `${asked.symbol} is not a symbol that is traded here`,
        value: asked.symbol,
        allowed: directory.symbolList,
        fix: 'use one of the allowed symbols, or add the instrument to the profile',
      };
    case Rejection.unknownAccount:
      return {
        message: `there is no account ${asked.account}`,
        value: asked.account,
        allowed: directory.accountNameList,
        fix: 'use one of the allowed accounts, or add the account to the profile',
      };
    case Rejection.badQuantity:
      return {
        message: `quantity ${value} is not a number of shares`,
        value,
        allowed: `an integer from 1 to ${allowed}`,
        fix: 'send a whole, positive quantity',
      };
    case Rejection.badPrice: {
      const tickSize = directory.tickSizes[order.instrument] ?? 1;
      const tick = fromPriceUnits(tickSize);
      const highest = fromPriceUnits(MAX_PRICE - (MAX_PRICE % tickSize));
      const market = order.type === OrderType.market;
      return {
        message: `${asked.limitPrice === undefined ? 'no limit price' : `limit price ${asked.limitPrice}`} on a ${orderTypes.name(order.type)} order for ${symbol}`,
        value: asked.limitPrice,
        allowed: market ? 'no limitPrice on a market order' : `a multiple of ${tick} from ${tick} to ${highest}`,
        fix: market ? 'leave limitPrice out' : `round the price to ${tick}`,
      };
    }
    case Rejection.badStopPrice: {
      const tick = fromPriceUnits(directory.tickSizes[order.instrument] ?? 1);
      const stop = isStop(order.type);
      return {
        message: `${asked.stopPrice === undefined ? 'no stop price' : `stop price ${asked.stopPrice}`} on a ${orderTypes.name(order.type)} order for ${symbol}`,
        value: asked.stopPrice,
        allowed: stop ? `a multiple of ${tick}; of a stop that was triggered, none` : 'no stopPrice on this type',
        fix: stop ? `round the price to ${tick}` : 'leave stopPrice out, or send a stop or stopLimit order',
      };
    }
    case Rejection.badGroup:
      return {
        message: 'the order does not fit the orders that it is linked with',
        value: asked.contingency,
        allowed:
          'oco: orders with a quantity that the others have not traded yet; oto: no more than the first; bracket: exits of the other side of the first, and no more',
        fix: 'correct side, symbol and quantity; care orders and children stand alone',
      };
    case Rejection.groupRefused:
      return { message: 'another order of its group was refused', fix: 'send the whole group again' };
    case Rejection.badParent:
      return {
        message: `order ${order.parent} cannot be the parent of ${value > 0 ? `${value} shares` : 'this order'}`,
        value: order.parent,
        allowed: `a live care order of the account, symbol and side${value > 0 ? ` with at most ${allowed} shares that no child has` : ''}; a limit no worse than its own`,
        fix: 'GET /api/v1/orders/:id shows what the parent has left',
      };
    case Rejection.badSession:
      return {
        message: 'the session is not logged on, or is already',
        value: value || undefined,
        fix: 'log on first, under a number that no live session of the account has',
      };
    case Rejection.badTimeInForce:
      return {
        message: `time in force ${asked.timeInForce ?? 'day'} does not go with this order`,
        value: asked.timeInForce,
        allowed: 'day, ioc, fok; postOnly on limit orders; day only with an algorithm',
        fix: 'choose another timeInForce',
      };
    case Rejection.badAlgorithm:
      return {
        message: `a schedule of ${order.slices} slices over ${(order.endNs - order.startNs) / 1e9} s cannot be followed with ${order.quantity} shares`,
        value: asked.algorithm,
        allowed:
          'from 1 slice to one a share, 10000 but for twap, over 1e-9 to 86400 seconds; participation with pov; riskAversion with is only',
        fix: 'lower slices, raise quantity, choose a duration within a day, or the parameters of the algorithm',
      };
    case Rejection.badClientOrderId:
      return {
        message: `client order id ${JSON.stringify(asked.clientOrderId)} cannot be used`,
        value: asked.clientOrderId,
        allowed: '1 to 64 characters of A-Z a-z 0-9 . _ : -',
        fix: 'choose an id of these characters',
      };
    case Rejection.duplicateClientOrderId:
      return {
        status: 409,
        message: `client order id ${asked.clientOrderId} of account ${account} is order ${order.orderId}, which is different`,
        value: asked.clientOrderId,
        allowed: `the content of order ${order.orderId}, or a new id`,
        fix: `GET /api/v1/orders/${order.orderId} shows it; send the new order under an id of its own`,
      };
    case Rejection.noMarket:
      return {
        message: `there is no price to judge an order for ${symbol} by: the opposite side is empty`,
        fix: 'wait until marketdata shows a quote, or send a limit order after the first trade',
      };
    case Rejection.unknownOrder:
      return {
        status: 404,
        message: `there is no order ${asked.id}`,
        value: asked.id,
        fix: 'GET /api/v1/orders lists them',
      };
    case Rejection.orderNotLive:
      return {
        status: 409,
        message: `order ${order.orderId} has ended and cannot change`,
        value: order.orderId,
        fix: 'send a new order',
      };
    case Rejection.changePending:
      return {
        status: 409,
        message: `a ${order.command === CommandKind.cancel ? 'cancel' : 'cancel or replace'} of order ${order.orderId} is under way`,
        value: order.orderId,
        fix: `ask GET /api/v1/orders/${order.orderId} for its end`,
      };
    case Rejection.alreadyFilled:
      return {
        message: `order ${order.orderId} cannot shrink to ${value}: more is filled`,
        value,
        allowed: `at least ${allowed}`,
        fix: 'cancel the order to stop it where it is',
      };
    case Rejection.limitsUndefined:
      return { message: `the risk engine has set no limits for account ${account}`, fix: limits };
    case Rejection.limitsStale:
      return {
        message: `the risk engine has not confirmed the limits of ${account} for ${Math.round(value)} ms`,
        value: Math.round(value),
        allowed: `at most ${allowed} ms`,
        fix: 'see whether the risk engine is running and ready',
      };
    case Rejection.killSwitch:
      return {
        message: `the kill switch of account ${account} is engaged`,
        fix: `POST /api/v1/risk/kill-switch on the risk engine releases it: {"engaged": false} the one for all, {"engaged": false, "account": "${account}"} its own`,
      };
    case Rejection.maxOrderQuantity:
      return {
        message: `${value} shares are more than one order of ${account} may have`,
        value,
        allowed: `at most ${allowed}`,
        fix: `split the order, or ${limits}`,
      };
    case Rejection.maxOrderNotional:
      return {
        message: `an order worth ${money(value)} is more than one order of ${account} may be`,
        value: money(value),
        allowed: `at most ${money(allowed)}`,
        fix: `split the order, or ${limits}`,
      };
    case Rejection.maxPosition:
      return {
        message: `with its open orders ${account} could come to hold ${value} ${symbol}`,
        value,
        allowed: `at most ${allowed}, long or short`,
        fix: `cancel open orders, or ${limits}`,
      };
    case Rejection.priceCollar:
      return {
        message: `limit price ${fromPriceUnits(value)} is too far from the market`,
        value: fromPriceUnits(value),
        allowed: `${order.side === Side.buy ? 'at most' : 'at least'} ${fromPriceUnits(allowed)}`,
        fix: `move the price towards the market, or ${limits}`,
      };
    case Rejection.orderRate:
      return {
        status: 429,
        message: `account ${account} sends more than ${allowed} orders a second`,
        value,
        allowed: `at most ${allowed} in any second`,
        fix: `send more slowly, or ${limits}`,
      };
    default:
      return { message: `refused: ${rejections.name(reason)}`, value, fix: 'correct the request' };
  }
}

/** NAUT_ORDER_MAX_POSITION for `maxPosition`. */
export const refusalCode = (reason: number): `NAUT_${string}` =>
  reason === Rejection.duplicateClientOrderId
    ? 'NAUT_ORDER_DUPLICATE'
    : `NAUT_ORDER_${rejections
        .name(reason)
        .replace(/[A-Z]/g, (letter) => `_${letter}`)
        .toUpperCase()
        .replace(/^ORDER_/, '')}`;

/** The refusal that stands in `order`, for the client who asked for `asked`. */
export function refusalError(
  order: Terms,
  asked: Readonly<Record<string, unknown>>,
  directory: Directory,
): EngineError {
  const { status = 422, ...explanation } = explain(order, asked, directory);
  return new EngineError({ status, code: refusalCode(order.reason), ...explanation });
}
