import { BookEventKind, Side } from '@nautilus/core/domain';
import type { FeedEvent } from '../../engines/marketdata/feeds/feed';
import { ItchFeed } from '../../engines/marketdata/itch/feed';
import { FramedMessages } from '../../engines/marketdata/itch/framed-messages';
import { instruments, VENUES } from '../synthetic-market';
import { naiveMessages } from './decode';
import { FileBytes } from './file-bytes';
import { StepHash } from './sums';

/** The one state that a made-up file tells: trading. */
const TRADING = 1;

export const itchFeed = (file: string): ItchFeed =>
  new ItchFeed(new FramedMessages(new FileBytes(file)), {
    instruments,
    venueOf: (orderId) => orderId % VENUES,
    skip: false,
    file,
  });

/** The platform's feed: messages decoded and checked, each order's price, side and rest known. */
export function follow(file: string): StepHash {
  const feed = itchFeed(file);
  const hash = new StepHash();
  while (feed.nextTimeNs !== Number.POSITIVE_INFINITY) {
    feed.take();
    hash.add(feed);
  }
  feed.close();
  return hash;
}

/** The obvious way: a map of objects by reference. */
export function followNaively(file: string): StepHash {
  const orders = new Map<number, { id: number; side: number; price: number; left: number }>();
  const hash = new StepHash();
  let lastId = 0;
  const say = (kind: number, { locate, timeNs }: { locate: number; timeNs: number }, order: FeedOrder) =>
    hash.add({ kind, timeNs, instrument: locate - 1, venue: 0, ...order });
  for (const messages of naiveMessages(file))
    for (const message of messages) {
      if (message.type === 'other') continue;
      if (message.type === 'state') {
        say(BookEventKind.halt, message, { orderId: 0, side: 0, price: TRADING, quantity: 0 });
        continue;
      }
      const { reference } = message;
      if (message.type === 'add') {
        const { price, shares } = message;
        const side = message.buys ? Side.buy : Side.sell;
        const id = ++lastId;
        orders.set(reference, { id, side, price, left: shares });
        say(BookEventKind.add, message, { orderId: id, side, price, quantity: shares });
        continue;
      }
      const order = orders.get(reference)!;
      const { id: orderId, side, price } = order;
      const quantity = message.type === 'executed' ? message.shares : order.left;
      order.left -= quantity;
      if (order.left === 0) orders.delete(reference);
      const kind = message.type === 'executed' ? BookEventKind.execute : BookEventKind.remove;
      say(kind, message, { orderId, side, price, quantity });
    }
  return hash;
}

type FeedOrder = Pick<FeedEvent, 'orderId' | 'side' | 'price' | 'quantity'>;
