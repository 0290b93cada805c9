import type { FeedEvent } from '../../engines/marketdata/feeds/feed';

/** What every side must find in a file: for each field the sum of its lowest 32 bits, and the messages. */
export class FieldSums {
  count = 0;
  locate = 0;
  time = 0;
  reference = 0;
  shares = 0;
  price = 0;
  buys = 0;

  get line(): string {
    return [this.count, this.locate, this.time, this.reference, this.shares, this.price, this.buys].join(' ');
  }
}

/** A hash of steps in their order (FNV-1a over words of 32 bits). */
export class StepHash {
  count = 0;
  value = 0x811c9dc5 | 0;

  add({ kind, timeNs, instrument, orderId, side, price, quantity }: FeedEvent): void {
    let hash = this.value;
    hash = Math.imul(hash ^ (kind | (side << 4)), 0x01000193);
    hash = Math.imul(hash ^ timeNs, 0x01000193);
    hash = Math.imul(hash ^ (timeNs / 0x1_0000_0000), 0x01000193);
    hash = Math.imul(hash ^ instrument, 0x01000193);
    hash = Math.imul(hash ^ orderId, 0x01000193);
    hash = Math.imul(hash ^ price, 0x01000193);
    this.value = Math.imul(hash ^ quantity, 0x01000193);
    this.count++;
  }

  get line(): string {
    return `${this.count} ${this.value}`;
  }
}
