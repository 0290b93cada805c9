import { averagePrice, type FieldsOf, PRICE_UNITS, type Quote, type Values } from '@nautilus/core/domain';
import type { PositionConfig } from './config';
import type { Ledger } from './ledger';
import type { PositionReply } from './replies';

type QuoteValues = Pick<Values<FieldsOf<typeof Quote>>, 'bid' | 'bidQuantity' | 'ask' | 'askQuantity' | 'last'>;

/** A mark in half price units, so that the middle of a quote is an integer. */
interface Mark {
  readonly halves: number;
  readonly from: 'mid' | 'last';
}

/** The middle of the quote when both sides have orders, else the last trade, else nothing. */
function markOf(quote: QuoteValues): Mark | undefined {
  if (quote.bidQuantity > 0 && quote.askQuantity > 0) return { halves: quote.bid + quote.ask, from: 'mid' };
  return quote.last > 0 ? { halves: quote.last * 2, from: 'last' } : undefined;
}

/** A position as the API shows it: `account` and `instrument` are places in the configuration. */
export function positionReply(
  ledger: Ledger,
  config: PositionConfig,
  account: number,
  instrument: number,
  quote: QuoteValues,
): PositionReply {
  const { symbol, currency } = config.instruments[instrument]!;
  const quantity = ledger.quantity(account, instrument);
  const cost = ledger.cost(account, instrument);
  const mark = markOf(quote);
  const halves = mark && quantity * mark.halves;
  return {
    account: config.accounts[account]!.name,
    symbol,
    currency,
    quantity,
    averagePrice: quantity === 0 ? null : averagePrice(Math.abs(cost), Math.abs(quantity)),
    realised: ledger.realisedProfit(account, instrument) / PRICE_UNITS,
    unrealised: halves === undefined ? (quantity === 0 ? 0 : null) : (halves - 2 * cost) / 2 / PRICE_UNITS,
    mark: mark ? { price: mark.halves / 2 / PRICE_UNITS, from: mark.from } : null,
    value: halves === undefined ? (quantity === 0 ? 0 : null) : halves / 2 / PRICE_UNITS,
  };
}
