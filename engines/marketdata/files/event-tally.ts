import { BookEventKind } from '@nautilus/core/domain';
import { StateHash } from '@nautilus/core/matching';
import type { FeedEvent } from '../feeds/feed';

const TWO_32 = 2 ** 32;
const kindNames: string[] = [];
for (const [name, code] of Object.entries(BookEventKind)) kindNames[code] = name;

interface SymbolCounts {
  events: number;
  trades: number;
  shares: number;
}

/**
 * What events add up to: how many of each kind and symbol, their span, and a hash. Symbols count by name, venues not at all, so a source and
 * a recording of it have the same hash whatever numbers they give to instruments and wherever the orders stand.
 */
export class EventTally {
  events = 0;
  startNs: number | null = null;
  endNs: number | null = null;
  /** The longest time without an event, and when it began. */
  longestGap: { readonly fromNs: number; readonly ns: number } | null = null;
  readonly kinds: Record<string, number> = {};
  readonly symbols = new Map<string, SymbolCounts>();
  private readonly hash = new StateHash();

  add({ kind, timeNs, orderId, side, price, quantity }: FeedEvent, symbol: string): void {
    const { hash, endNs } = this;
    if (endNs !== null && timeNs - endNs > (this.longestGap?.ns ?? 0))
      this.longestGap = { fromNs: endNs, ns: timeNs - endNs };
    this.startNs ??= timeNs;
    this.endNs = timeNs;
    this.events++;
    const name = kindNames[kind] ?? String(kind);
    this.kinds[name] = (this.kinds[name] ?? 0) + 1;
    const counts = this.countsOf(symbol);
    counts.events++;
    if (kind === BookEventKind.execute || kind === BookEventKind.executeHidden) {
      counts.trades++;
      counts.shares += quantity;
    }
    for (let at = 0; at < symbol.length; at++) hash.add(symbol.charCodeAt(at));
    hash.add(kind);
    hash.add(timeNs % TWO_32);
    hash.add(Math.floor(timeNs / TWO_32));
    hash.add(orderId);
    hash.add(side);
    hash.add(price);
    hash.add(quantity);
  }

  hex(): string {
    return this.hash.hex();
  }

  private countsOf(symbol: string): SymbolCounts {
    const known = this.symbols.get(symbol);
    if (known !== undefined) return known;
    const counts = { events: 0, trades: 0, shares: 0 };
    this.symbols.set(symbol, counts);
    return counts;
  }
}
