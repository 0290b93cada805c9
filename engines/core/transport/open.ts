import type { Fields } from '../domain/layout';
import type { TopicDefinition } from '../domain/topics';
import { type Hub, openHub } from './hub';
import type { NatsOptions } from './network';
import type { SubscribeOptions } from './options';
import type { Publication } from './publication';
import type { Subscription } from './subscription';
import type { Transport } from './transport';

/** Which transport carries topics: shared memory for engines of one host, a NATS server with JetStream for engines of several. */
export type TransportOptions = { readonly kind: 'shared-memory'; readonly directory: string } | NatsOptions;

export async function openTransport(options: TransportOptions): Promise<Transport> {
  if (options.kind === 'shared-memory') return new SharedMemoryTransport(openHub(options));
  // The client of the broker is loaded by those who use it.
  const { NetworkTransport } = await import('@nautilus/core/transport/network');
  return NetworkTransport.connect(options);
}

class SharedMemoryTransport implements Transport {
  constructor(private readonly hub: Hub) {}

  async publish<F extends Fields>(topic: TopicDefinition<F>): Promise<Publication<F>> {
    return this.hub.publish(topic);
  }

  async subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Promise<Subscription<F>> {
    return this.hub.subscribe(topic, options);
  }

  async close(): Promise<void> {
    this.hub.close();
  }
}
