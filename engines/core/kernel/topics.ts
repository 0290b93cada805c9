import { readFileSync } from 'node:fs';
import type { Fields, TopicDefinition } from '../domain';
import {
  type Hub,
  openTransport,
  type Publication,
  type SubscribeOptions,
  type Subscription,
  type Transport,
} from '../transport';
import type { ProcessConfig } from './configuration';
import { EngineError } from './errors';

/** Opens topics, each on the carrier that the profile gives it: shared memory, or a broker between hosts. */
export class Topics {
  private constructor(
    private readonly hub: Pick<Hub, 'publish' | 'subscribe'>,
    private readonly network?: Transport,
    private readonly overNetwork: ReadonlySet<string> = new Set(),
  ) {}

  /** @throws TransportError NAUT_BROKER_UNAVAILABLE, NAUT_BROKER_REFUSED; EngineError NAUT_SECRET_UNREADABLE */
  static async open(
    { transport }: Pick<ProcessConfig, 'transport'>,
    hub: Pick<Hub, 'publish' | 'subscribe'>,
  ): Promise<Topics> {
    if (transport.kind === 'shared-memory') return new Topics(hub);
    const { topics, passwordFile, ...options } = transport;
    const password = passwordFile === undefined ? undefined : secret(passwordFile);
    return new Topics(hub, await openTransport({ ...options, password }), new Set(topics));
  }

  async publish<F extends Fields>(topic: TopicDefinition<F>): Promise<Publication<F>> {
    return this.carrierOf(topic).publish(topic);
  }

  async subscribe<F extends Fields>(topic: TopicDefinition<F>, options: SubscribeOptions): Promise<Subscription<F>> {
    return this.carrierOf(topic).subscribe(topic, options);
  }

  /** After the broker has what was committed. The hub stays open. */
  async close(): Promise<void> {
    await this.network?.close();
  }

  private carrierOf({ name }: { readonly name: string }) {
    return this.network && this.overNetwork.has(name) ? this.network : this.hub;
  }
}

function secret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new EngineError({
      code: 'NAUT_SECRET_UNREADABLE',
      message: `cannot read the password of the broker from ${file}: ${(cause as Error).message}`,
      value: file,
      fix: 'write the password that the broker knows into this file, readable for this process only',
      cause,
    });
  }
}
