/** The WebSockets of the order system: who is connected, and what they are told of. */
import { type FieldsOf, type OrderUpdate, topics, type ViewOf } from '@nautilus/core/domain';
import { EngineError, type EngineIo, type SocketPeer } from '@nautilus/core/kernel';
import type { Subscription } from '@nautilus/core/transport';
import { changeView } from '../api/views';
import type { Sockets } from '../gateway';
import type { OrderSystem } from '../order-system';
import { SocketClient } from './client';

const MOST_CLIENTS = 1024;
/** Changes that one pass tells of. */
const BATCH = 256;

type Update = ViewOf<typeof OrderUpdate>;

export class SocketDesk implements Sockets {
  private readonly clients = new Set<SocketClient>();
  /** Whether somebody was told of orders at the last pass. */
  private listening = false;
  /** Changes that the drop copy was missed by, as far as clients know. */
  private missed = 0;

  private constructor(
    private readonly system: OrderSystem,
    private readonly io: Pick<EngineIo, 'log'>,
    private readonly updates: Subscription<FieldsOf<typeof OrderUpdate>>,
  ) {}

  /** Reads the order system's own drop copy: what is in it is durable. */
  static async open(system: OrderSystem, io: EngineIo): Promise<SocketDesk> {
    return new SocketDesk(system, io, await io.topics.subscribe(topics.orderUpdates, { name: 'oms-sockets' }));
  }

  /** @throws EngineError NAUT_ORDER_CONNECTIONS */
  admit(): void {
    if (this.clients.size < MOST_CLIENTS) return;
    throw new EngineError({
      status: 503,
      code: 'NAUT_ORDER_CONNECTIONS',
      message: `${this.clients.size} clients are connected`,
      value: this.clients.size,
      allowed: MOST_CLIENTS,
      fix: 'close connections that are not used',
    });
  }

  connect(peer: SocketPeer): SocketClient {
    const client = new SocketClient(this.system, peer, this.io.log, (gone) => this.clients.delete(gone));
    this.clients.add(client);
    return client;
  }

  /** Tells what is durable and was not told. Returns how much that was. */
  poll(): number {
    if (this.clients.size === 0) return 0;
    let done = 0;
    let listening = false;
    for (const { orders, executions } of this.clients) {
      done += (orders?.poll() ?? 0) + (executions?.poll() ?? 0);
      listening ||= orders !== undefined;
    }
    // What was told before anybody listened is in the state that they are shown.
    if (listening && !this.listening) this.skip();
    this.listening = listening;
    return listening ? done + this.tell() : done;
  }

  private skip(): void {
    this.updates.poll(() => undefined);
    this.missed = this.updates.missed;
  }

  private tell(): number {
    const { updates } = this;
    const done = updates.poll(this.onUpdate, BATCH);
    if (updates.missed > this.missed) {
      for (const { orders } of this.clients) orders?.restart(updates.missed - this.missed);
      this.missed = updates.missed;
    }
    return done;
  }

  private readonly onUpdate = (update: Update): void => {
    let text: string | undefined;
    const asText = () => {
      text ??= JSON.stringify({ channel: 'orders', type: 'change', change: changeView(this.system, update) });
      return text;
    };
    for (const { orders } of this.clients) orders?.changed(update, asText);
  };
}
