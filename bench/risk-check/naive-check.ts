import { Rejection, Side } from '@nautilus/core/domain';
import { ASK, BID, INSTRUMENTS, limits, type Order, positionOf, TICK_SIZE } from './orders';

interface Account {
  readonly limits: typeof limits;
  readonly positions: Map<number, number>;
  /** Of orders that were accepted, from the place of the oldest that counts. */
  readonly times: number[];
  oldest: number;
}

/** The same limits as one would write them down: objects in maps, orders of the last second in an array. */
export class NaiveCheck {
  private readonly accounts = new Map<number, Account>();
  private readonly quotes = new Map<number, { readonly bid: number; readonly ask: number }>();

  constructor(accounts: number) {
    const instruments = Array.from({ length: INSTRUMENTS }, (_, index) => index + 1);
    for (const instrument of instruments) this.quotes.set(instrument, { bid: BID, ask: ASK });
    for (let account = 1; account <= accounts; account++) {
      const positions = new Map(instruments.map((one) => [one, positionOf(account, one)]));
      this.accounts.set(account, { limits: { ...limits }, positions, times: [], oldest: 0 });
    }
  }

  submit({ account: id, instrument, side, quantity, limitPrice }: Order, nowNs: number): number {
    const account = this.accounts.get(id);
    if (account === undefined) return Rejection.unknownAccount;
    const quote = this.quotes.get(instrument);
    if (quote === undefined) return Rejection.unknownInstrument;
    if (limitPrice <= 0 || limitPrice % TICK_SIZE !== 0) return Rejection.badPrice;
    const { limits: most } = account;
    if (quantity > most.maxOrderQuantity) return Rejection.maxOrderQuantity;
    const buys = side === Side.buy;
    const reference = buys ? quote.ask : quote.bid;
    const price = !buys && reference > limitPrice ? reference : limitPrice;
    if (quantity * price > most.maxOrderNotional) return Rejection.maxOrderNotional;
    const position = account.positions.get(instrument) ?? 0;
    if ((buys ? position : -position) + quantity > most.maxPosition) return Rejection.maxPosition;
    const collar = (reference * most.collarBasisPoints) / 10_000;
    if (buys ? limitPrice > reference + collar : limitPrice < reference - collar) return Rejection.priceCollar;
    const { times } = account;
    while (times[account.oldest]! <= nowNs - 1e9) account.oldest++;
    if (account.oldest * 2 > times.length) {
      times.splice(0, account.oldest);
      account.oldest = 0;
    }
    if (times.length - account.oldest >= most.maxOrdersPerSecond) return Rejection.orderRate;
    times.push(nowNs);
    return Rejection.none;
  }
}
