import { sides } from '@nautilus/core/domain';
import { z } from '@nautilus/core/kernel';

/** GET /api/v1/marketdata/book/:symbol/orders */
const BookOrders = z.object({
  /** Of the last event that is in the book, 0 before the first. */
  sequence: z.number().int().min(0),
  /** Time of that event. */
  timeNs: z.number().min(0),
  /** In priority order. */
  orders: z.array(
    z.object({
      orderId: z.number().int().min(1),
      side: z.enum(sides.names),
      /** Price units. */
      price: z.number().int(),
      quantity: z.number().int().min(1),
      venue: z.number().int().min(0),
    }),
  ),
  /** Venues whose book is not the market's now. */
  stale: z.array(z.number().int().min(0)).default([]),
});

export type BookOrders = z.infer<typeof BookOrders>;

/**
 * The book of a symbol as the market-data engine has it now, to go on from with the events after its sequence.
 *
 * @throws Error when it is not reachable, does not know the symbol or answers something else
 */
export async function fetchBook(marketdata: string, symbol: string): Promise<BookOrders> {
  const url = `${marketdata}/api/v1/marketdata/book/${encodeURIComponent(symbol)}/orders`;
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return BookOrders.parse(await response.json());
}
