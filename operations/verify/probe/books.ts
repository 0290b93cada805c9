import * as z from 'zod';
import { json } from '../platform/answer';
import type { Platform } from '../platform/platform';
import type { Market } from './market';

/** What the position system has of an account at one moment. */
export interface Books {
  /** The last execution that is booked. */
  readonly sequence: number;
  /** Shares of the symbol. */
  readonly quantity: number;
  readonly cash: number;
}

const State = z.object({ sequence: z.number() });
const Position = z.object({ quantity: z.number() });
const Cash = z.object({
  cash: z.array(z.object({ account: z.string(), currency: z.string(), balance: z.number() })),
});

const BOOKED_WITHIN_MS = 5_000;

/**
 * Position and cash of one moment: read again until nothing was booked in between.
 * @param executionId that must be booked; waited for at most five seconds, then the books are as they are
 */
export async function readBooks(
  platform: Platform,
  { account, symbol, currency }: Market,
  executionId = 0,
): Promise<Books> {
  const sequence = async () => json(State, await platform.ask('pms', '/api/v1/state')).sequence;
  const deadline = platform.clock.now() + BOOKED_WITHIN_MS;
  for (;;) {
    const before = await sequence();
    const [position, cash] = await Promise.all([
      platform.ask('pms', `/api/v1/positions/${encodeURIComponent(account)}/${encodeURIComponent(symbol)}`),
      platform.ask('pms', '/api/v1/cash'),
    ]);
    const { quantity } = json(Position, position);
    const own = json(Cash, cash).cash.find((row) => row.account === account && row.currency === currency);
    const unmoved = before === (await sequence());
    const late = platform.clock.now() > deadline;
    if (unmoved && (before >= executionId || late)) return { sequence: before, quantity, cash: own?.balance ?? 0 };
    if (late) throw new Error('others trade so much that position and cash of one moment cannot be read');
    await platform.clock.wait(20);
  }
}
