import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
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

type SharedMemory = Pick<Hub, 'publish' | 'subscribe'>;
type Nats = Extract<ProcessConfig['transport'], { kind: 'nats' }>;

/** Opens topics, each on the carrier that the profile gives it: shared memory, or a broker between hosts. */
export class Topics {
  /** Why the broker carries nothing at the moment; its topics go on when it is back. */
  problem: string | undefined;
  private network: Transport | undefined;
  private readonly overNetwork = new Set<string>();

  private constructor(private readonly hub: SharedMemory) {}

  /**
   * @param contract topics that the engine reads or writes: a broker that carries none of them is left alone
   * @throws TransportError NAUT_BROKER_UNAVAILABLE, NAUT_BROKER_REFUSED; EngineError NAUT_SECRET_UNREADABLE
   */
  static async open(
    { transport }: Pick<ProcessConfig, 'transport'>,
    hub: SharedMemory,
    contract: readonly { readonly name: string }[],
    log: Logger,
  ): Promise<Topics> {
    const topics = new Topics(hub);
    if (transport.kind === 'nats') await topics.connect(transport, contract, log);
    return topics;
  }

  private async connect(
    { topics, passwordFile, ...options }: Nats,
    contract: readonly { readonly name: string }[],
    log: Logger,
  ): Promise<void> {
    for (const name of topics) if (contract.some((topic) => topic.name === name)) this.overNetwork.add(name);
    if (this.overNetwork.size === 0) return;
    const { servers } = options;
    this.network = await openTransport({
      ...options,
      password: passwordFile === undefined ? undefined : passwordIn(passwordFile),
      onConnection: (connected) => {
        this.problem = connected ? undefined : `the broker at ${servers.join(', ')} is not connected`;
        if (connected) log.info({ servers }, 'the broker is back');
        else log.warn({ servers }, this.problem);
      },
    });
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

/** Reads the file at every call, since it may have changed; the last password while it cannot be read. @throws EngineError NAUT_SECRET_UNREADABLE */
function passwordIn(file: string): () => string {
  const read = () => readFileSync(file, 'utf8').trim();
  let password: string;
  try {
    password = read();
  } catch (cause) {
    throw new EngineError({
      code: 'NAUT_SECRET_UNREADABLE',
      message: `cannot read the password of the broker from ${file}: ${(cause as Error).message}`,
      value: file,
      fix: 'write the password that the broker knows into this file, readable for this process only',
      cause,
    });
  }
  return () => {
    try {
      password = read();
    } catch {
      // While somebody replaces the file.
    }
    return password;
  };
}
