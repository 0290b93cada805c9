import type { LivePicture } from '@nautilus/operations/local';

const unknown = '–';
const price = (value: number | null | undefined) =>
  value === null || value === undefined ? unknown : value.toFixed(2);
const money = (value: number | null | undefined) =>
  value === null || value === undefined
    ? unknown
    : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Market time as a clock shows it. */
function timeOfDay(timeNs: number): string {
  return new Date(Math.floor(timeNs / 1e6)).toISOString().slice(11, 19);
}

/** A duration in the unit that a person would choose. */
function duration(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(1)} s`;
}

function bar(part: number, whole: number, width = 30): string {
  const full = whole === 0 ? 0 : Math.round((width * part) / whole);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** The live table of `nautilus local up`: lines for a terminal. */
export function liveTable(symbol: string, picture: LivePicture): string[] {
  const { feed, quote, order, position, hops } = picture;
  const lines = [
    `market    ${symbol} ${feed ? `${timeOfDay(feed.timeNs)}  ${feed.events.toLocaleString('en-US')} events  ${feed.state}, speed ${feed.speed}` : unknown}`,
    `book      ${quote ? `${quote.bidQuantity} @ ${price(quote.bid)}  |  ${price(quote.ask)} @ ${quote.askQuantity}   last ${price(quote.last)}` : unknown}`,
  ];
  if (order) {
    lines.push(
      `order     ${bar(order.filledQuantity, order.quantity)} ${order.filledQuantity} of ${order.quantity}, ${order.status}, average ${price(order.averagePrice)}`,
    );
  }
  lines.push(
    `position  ${position ? `${position.quantity} at ${price(position.averagePrice)}, realised ${money(position.realised)}, unrealised ${money(position.unrealised)}` : unknown}`,
  );
  for (const [hop, { count, p50Ns, p99Ns }] of Object.entries(hops)) {
    if (count > 0)
      lines.push(
        `hop       ${hop.padEnd(16)} p50 ${duration(p50Ns).padStart(9)}   p99 ${duration(p99Ns).padStart(9)}   ${count} samples`,
      );
  }
  return lines;
}

/** The same in one line, for output that is not a terminal. */
export function liveSummary(symbol: string, { order, position }: LivePicture): string {
  const progress = order ? `order ${order.status}, ${order.filledQuantity} of ${order.quantity} filled` : 'no order';
  return `${symbol}: ${progress}; position ${position?.quantity ?? unknown} at ${price(position?.averagePrice)}`;
}
