/** The pre-trade limits once more, slowly: exact rationals, every rule a question of its own, all answers. */
interface Case {
  order: { side: number; type: number; quantity: number; limitPrice: number };
  limits: Record<
    | 'defined'
    | 'killSwitch'
    | 'writtenAt'
    | 'maxOrderQuantity'
    | 'maxOrderNotional'
    | 'maxPosition'
    | 'collarBasisPoints'
    | 'maxOrdersPerSecond',
    number
  >;
  quote: { bid: number; bidQuantity: number; ask: number; askQuantity: number; last: number };
  exposure: { position: number; openBuys: number; openSells: number };
  accepted: number[];
  now: number;
  staleAfter: number;
}

/** Names of all limits that the order breaks, in the order in which they are to be told. */
export function judge({ order, limits, quote, exposure, accepted, now, staleAfter }: Case): string[] {
  const isBuy = order.side === 0;
  const isMarket = order.type === 1;
  const opposite = isBuy
    ? { price: quote.ask, there: quote.askQuantity > 0 }
    : { price: quote.bid, there: quote.bidQuantity > 0 };
  const reference = opposite.there ? opposite.price : isMarket ? undefined : quote.last || undefined;

  const pricesItCouldTradeAt = isMarket
    ? [reference ?? 0]
    : isBuy
      ? [order.limitPrice]
      : [order.limitPrice, reference ?? 0];
  const dearest = BigInt(Math.max(...pricesItCouldTradeAt)) * BigInt(order.quantity);

  const ifAllOfItsSideFilled = isBuy
    ? exposure.position + exposure.openBuys + order.quantity
    : exposure.position - exposure.openSells - order.quantity;
  const growsPast = isBuy ? ifAllOfItsSideFilled > limits.maxPosition : ifAllOfItsSideFilled < -limits.maxPosition;

  const worseBy = reference === undefined ? 0 : isBuy ? order.limitPrice - reference : reference - order.limitPrice;
  const collarBroken =
    !isMarket && BigInt(worseBy) * 10_000n > BigInt(limits.collarBasisPoints) * BigInt(reference ?? 0);

  const withinLastSecond = accepted.filter((time) => time > now - 1_000_000_000).length;

  const questions: [string, boolean][] = [
    ['limitsUndefined', limits.defined === 0],
    ['limitsStale', now - limits.writtenAt > staleAfter],
    ['killSwitch', limits.killSwitch === 1],
    ['maxOrderQuantity', order.quantity > limits.maxOrderQuantity],
    ['noMarket', reference === undefined],
    ['maxOrderNotional', dearest > BigInt(limits.maxOrderNotional)],
    ['maxPosition', growsPast],
    ['priceCollar', collarBroken],
    ['orderRate', withinLastSecond + 1 > limits.maxOrdersPerSecond],
  ];
  return questions.filter(([, broken]) => broken).map(([name]) => name);
}
