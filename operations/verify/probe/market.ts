import * as z from 'zod';
import { json } from '../platform/answer';
import type { Platform } from '../platform/platform';

export const OrderSchema = z.object({
  orderId: z.number(),
  clientOrderId: z.union([z.string(), z.number()]),
  status: z.string(),
  filledQuantity: z.number(),
  limitPrice: z.number().optional(),
});
export type Order = z.infer<typeof OrderSchema>;

/** Who trades what. */
export interface Market {
  readonly account: string;
  readonly symbol: string;
  readonly currency: string;
  /** Shares that the account may hold. */
  readonly maxPosition: number;
  /** Best price at which one share can be had now; undefined while that side of the venue's book is empty. */
  readonly price: number | undefined;
}

const Level = z.object({ price: z.number() });
const Book = z.object({ bids: z.array(Level), asks: z.array(Level) });
const Limits = z.object({
  killSwitch: z.boolean(),
  accounts: z.array(
    z.object({
      name: z.string(),
      killSwitch: z.boolean(),
      limits: z.looseObject({ maxPosition: z.number() }).nullable(),
    }),
  ),
});

/** The simulated exchange: there nobody loses money. No order is entered anywhere else. */
const VENUE = 'XSIM';

/** The first account and instrument of the profile, and the price at the venue. @throws Error when nobody may trade now */
export async function readMarket(platform: Platform, side: 'buy' | 'sell'): Promise<Market> {
  const { accounts, instruments } = platform.profile.trading;
  const [account, instrument] = [accounts[0], instruments[0]];
  if (!account || !instrument) throw new Error(`profile ${platform.profile.name} has no account or no instrument`);
  const { symbol, currency } = instrument;
  const [book, limits] = await Promise.all([
    platform.ask('ems', `/api/v1/venues/${VENUE}/book?symbol=${encodeURIComponent(symbol)}&levels=1`),
    platform.ask('risk', '/api/v1/risk/limits'),
  ]);
  const known = json(Limits, limits);
  const own = known.accounts.find(({ name }) => name === account.name);
  if (known.killSwitch || own?.killSwitch)
    throw new Error('the kill switch is engaged: nobody trades, and this does not release it');
  const { bids, asks } = json(Book, book);
  const [best] = side === 'buy' ? asks : bids;
  return { account: account.name, symbol, currency, maxPosition: own?.limits?.maxPosition ?? 0, price: best?.price };
}
