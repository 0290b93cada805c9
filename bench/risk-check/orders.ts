import { OrderType, Side } from '@nautilus/core/domain';
import { Xorshift32 } from '../portable-flow/flow';

export interface Order {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantity: number;
  readonly limitPrice: number;
}

export const INSTRUMENTS = 10;
export const TYPE = OrderType.limit;
export const TICK_SIZE = 100;
export const BID = 5_859_000;
export const ASK = 5_860_000;
export const limits = {
  maxOrderQuantity: 1900,
  maxOrderNotional: 11e9,
  maxPosition: 2000,
  collarBasisPoints: 50,
  maxOrdersPerSecond: 1e9,
};

/** Shares that an account holds. */
export const positionOf = (account: number, instrument: number): number => ((account * 7 + instrument) % 21) * 100;

/** Orders of all accounts, of which some break a limit: too many shares, too much money, too large a position, too far from the market. */
export function makeOrders(accounts: number, count: number): readonly Order[] {
  const random = new Xorshift32(2_463_534_242);
  return Array.from({ length: count }, () => {
    const side = random.below(2);
    const away = (random.below(400) - 100) * TICK_SIZE;
    return {
      account: 1 + random.below(accounts),
      instrument: 1 + random.below(INSTRUMENTS),
      side,
      quantity: 1 + random.below(2000),
      limitPrice: side === Side.buy ? ASK + away : BID - away,
    };
  });
}
