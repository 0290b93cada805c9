import type { Fields } from '../../domain/layout';
import type { TopicDefinition } from '../../domain/topics';
import { TransportError } from '../errors';
import { checkSubscription, checkTopicName, defaultStart, type SubscribeOptions } from '../options';
import type { Publication } from '../publication';
import { checkCapacity } from '../ring-memory';
import type { Subscription } from '../subscription';
import type { Transport } from '../transport';
import { Broker, type NatsOptions } from './broker';
import { NetworkPublication } from './network-publication';
import { NetworkSubscription } from './network-subscription';

/** How long `close` waits for the broker to confirm what was committed. */
const FLUSH_MS = 2000;

/** Topics on a NATS server with JetStream. */
export class NetworkTransport implements Transport {
  private readonly publications = new Set<{ flush(ms: number): Promise<void>; close(): void }>();
  private readonly subscriptions = new Set<{ close(): void }>();
  private closed = false;

  private constructor(private readonly broker: Broker) {}

  /** @throws TransportError NAUT_BROKER_UNAVAILABLE */
  static async connect(options: NatsOptions): Promise<NetworkTransport> {
    return new NetworkTransport(await Broker.connect(options));
  }

  async publish<F extends Fields>(topic: TopicDefinition<F>): Promise<Publication<F>> {
    this.check(topic);
    const publication = await NetworkPublication.open(topic, this.broker);
    this.publications.add(publication);
    return publication;
  }

  async subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Promise<Subscription<F>> {
    this.check(topic);
    checkSubscription(topic, options);
    if (options.restore || options.evictAfterMs) throw unsupported(topic.name, 'restore and evictAfterMs');
    const { name, reliable = false, from = defaultStart(topic, reliable), acknowledge } = options;
    const reader = { name, reliable, from, byHand: acknowledge === 'manual' };
    const subscription = await NetworkSubscription.open(topic, this.broker, reader);
    this.subscriptions.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const subscription of this.subscriptions) subscription.close();
    await Promise.all([...this.publications].map((publication) => publication.flush(FLUSH_MS)));
    for (const publication of this.publications) publication.close();
    await this.broker.close();
  }

  private check<F extends Fields>(topic: TopicDefinition<F>): void {
    if (this.closed) {
      throw new TransportError({
        code: 'NAUT_HUB_CLOSED',
        message: `${topic.name} was opened after the transport was closed`,
      });
    }
    checkTopicName(topic.name);
    checkCapacity(topic);
    if (topic.backPressure === 'conflate') throw unsupported(topic.name, "backPressure 'conflate'");
  }
}

function unsupported(topic: string, what: string): TransportError {
  return new TransportError({
    code: 'NAUT_TRANSPORT_UNSUPPORTED',
    message: `${topic}: ${what} is for shared memory only`,
    fix: 'leave it out, or keep this topic on one host',
  });
}
