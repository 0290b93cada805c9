import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  type NatsConnection,
  RequestError,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import type { Fields } from '../../domain/layout';
import type { TopicDefinition } from '../../domain/topics';
import { TransportError } from '../errors';
import { type BatchHeader, type Cursor, decodeBatch, decodeCursor } from './batch';

export interface NatsOptions {
  readonly kind: 'nats';
  /** `host:port` of each server with JetStream. */
  readonly servers: readonly string[];
  readonly user?: string;
  /** Asked for at every connection: it may have changed since the last. */
  readonly password?: () => string;
  /** Refuses a server without TLS. One that offers it is always spoken to that way. @default false */
  readonly tls?: boolean;
  /** Told when the connection is lost, and when it is there again: both ends go on by themselves. */
  readonly onConnection?: (connected: boolean) => void;
  /** Platforms that share a broker have different ones. @default 'nautilus' */
  readonly platform?: string;
  /** Servers that keep a copy of each topic: 1, 3 or 5. @default 1 */
  readonly replicas?: number;
}

/** How long a live process may take to answer before the question is given up. */
const ANSWER_MS = 2000;
/** The broker's answer to a request of something that it does not have. */
const NOT_FOUND = new Set([10037, 10059, 404]);

export interface LastBatch extends BatchHeader {
  /** The broker's number of it. */
  readonly sequence: number;
}

/** A connection to a NATS server with JetStream, in the platform's terms. Names of topics and readers may hold dots, which the broker gives a meaning. */
export class Broker {
  private readonly listeners = new Set<{ lost?(): void; back?(): void }>();
  /** Whether there is a connection now; it comes back by itself. */
  connected = true;

  private constructor(
    private readonly options: NatsOptions,
    readonly connection: NatsConnection,
    readonly streams: JetStreamClient,
    readonly manager: JetStreamManager,
  ) {
    void this.watch();
  }

  static async connect(options: NatsOptions): Promise<Broker> {
    const servers = [...options.servers];
    try {
      const connection = await connect({
        servers,
        authenticator:
          options.user === undefined ? undefined : usernamePasswordAuthenticator(options.user, options.password),
        // Whose password was changed comes back when it is told the new one.
        ignoreAuthErrorAbort: true,
        tls: options.tls ? {} : undefined,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        timeout: 5000,
      });
      const manager = await jetstreamManager(connection);
      await manager.getAccountInfo();
      return new Broker(options, connection, jetstream(connection), manager);
    } catch (cause) {
      if (cause instanceof AuthorizationError) {
        throw new TransportError({
          code: 'NAUT_BROKER_REFUSED',
          message: `the NATS server at ${servers.join(', ')} refuses user ${options.user ?? '(none)'}: ${cause.message}`,
          fix: 'give the user and the password that the configuration of the server has for this platform',
          cause,
        });
      }
      throw new TransportError({
        code: 'NAUT_BROKER_UNAVAILABLE',
        message: `no NATS server with JetStream answers at ${servers.join(', ')}: ${(cause as Error).message}`,
        fix: 'start `nats-server --jetstream --store_dir <directory>` there, or correct the address (host:port)',
        cause,
      });
    }
  }

  /** Calls back when the connection is lost and when it is there again; returns how to stop that. */
  onChange(listener: { lost?(): void; back?(): void }): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type !== 'disconnect' && type !== 'reconnect') continue;
      const connected = type === 'reconnect';
      if (connected === this.connected) continue;
      this.connected = connected;
      for (const listener of this.listeners) connected ? listener.back?.() : listener.lost?.();
      this.options.onConnection?.(connected);
    }
  }

  private get platform(): string {
    return this.options.platform ?? 'nautilus';
  }

  stream(topic: string): string {
    return `${this.platform}-${token(topic)}`;
  }

  subject(topic: string): string {
    return `${this.platform}.topic.${token(topic)}`;
  }

  /** Where a reader's cursor is kept; where all of a topic are. */
  cursorSubject(topic: string, reader?: string): string {
    return `${this.platform}.cursor.${token(topic)}.${reader === undefined ? '*' : token(reader)}`;
  }

  /** Where the live holder of a role answers. */
  roleSubject(topic: string, reader?: string): string {
    return `${this.platform}.${reader === undefined ? 'writer' : 'reader'}.${token(topic)}${reader === undefined ? '' : `.${token(reader)}`}`;
  }

  private get cursorStream(): string {
    return `${this.platform}-cursors`;
  }

  /** Makes the topic's stream, or checks that the one that is there is for the same messages. */
  async ensureTopic<F extends Fields>(topic: TopicDefinition<F>): Promise<void> {
    const shape = `layout 0x${(topic.layout.fingerprint >>> 0).toString(16)}, ${topic.layout.size} bytes`;
    const name = this.stream(topic.name);
    const known = await this.orUndefined(this.manager.streams.info(name));
    if (known && known.config.description !== shape) {
      throw new TransportError({
        code: 'NAUT_LAYOUT_MISMATCH',
        message: `stream ${name} holds messages of ${known.config.description}; this program expects ${shape} (${topic.layout.name})`,
        fix: `run the same release on all hosts; after an upgrade: stop every engine and remove the stream (nats stream rm ${name})`,
      });
    }
    if (!known) {
      await this.manager.streams.add({
        name,
        description: shape,
        subjects: [this.subject(topic.name)],
        storage: topic.persistent ? StorageType.File : StorageType.Memory,
        num_replicas: this.options.replicas ?? 1,
        // A batch has one message at least: so many batches hold as many messages as a ring.
        max_msgs: topic.capacity,
      });
    }
    await this.manager.streams.add({
      name: this.cursorStream,
      subjects: [`${this.platform}.cursor.*.*`],
      storage: StorageType.File,
      num_replicas: this.options.replicas ?? 1,
      max_msgs_per_subject: 1,
    });
  }

  /** First and last number that the broker has of a topic; undefined when it does not know the topic. */
  async extent(topic: string): Promise<{ first: number; last: number } | undefined> {
    const info = await this.orUndefined(this.manager.streams.info(this.stream(topic)));
    return info && { first: info.state.first_seq, last: info.state.last_seq };
  }

  async batchAt(topic: string, sequence: number): Promise<(LastBatch & { readonly data: Uint8Array }) | undefined> {
    const message = await this.orUndefined(this.manager.streams.getMessage(this.stream(topic), { seq: sequence }));
    return message ? { ...decodeBatch(message.data), sequence: message.seq, data: message.data } : undefined;
  }

  async lastBatch(topic: string): Promise<(LastBatch & { readonly data: Uint8Array }) | undefined> {
    const extent = await this.extent(topic);
    return extent && extent.last > 0 ? this.batchAt(topic, extent.last) : undefined;
  }

  async cursor(topic: string, reader: string): Promise<Cursor | undefined> {
    const last_by_subj = this.cursorSubject(topic, reader);
    const message = await this.orUndefined(this.manager.streams.getMessage(this.cursorStream, { last_by_subj }));
    return message ? decodeCursor(message.data) : undefined;
  }

  /** All cursors of a topic, by the last part of their subject. */
  async cursors(topic: string): Promise<Map<string, Cursor>> {
    const found = new Map<string, Cursor>();
    const info = await this.manager.streams.info(this.cursorStream, { subjects_filter: this.cursorSubject(topic) });
    for (const subject of Object.keys(info.state.subjects ?? {})) {
      const message = await this.orUndefined(
        this.manager.streams.getMessage(this.cursorStream, { last_by_subj: subject }),
      );
      if (message) found.set(readerOf(subject), decodeCursor(message.data));
    }
    return found;
  }

  /** Whether a live process has a role. One that is too busy to answer in time is alive. */
  async isAlive(role: string, question?: Uint8Array): Promise<boolean> {
    try {
      await this.connection.request(role, question, { timeout: ANSWER_MS });
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.isNoResponders()) return false;
      return true;
    }
  }

  async close(): Promise<void> {
    this.listeners.clear();
    // Without a connection there is nobody to hand the rest to.
    if (this.connected) await this.connection.drain();
    else await this.connection.close();
  }

  private async orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      const code = (error as { code?: number }).code;
      const status = (error as { status?: number }).status;
      if (NOT_FOUND.has(code ?? 0) || NOT_FOUND.has(status ?? 0)) return undefined;
      throw error;
    }
  }
}

/** One part of a subject or a name of a stream: `=` is in no name of ours. */
export const token = (name: string): string => name.replaceAll('.', '=');

/** The reader of a cursor's subject, as `token` writes it. */
export const readerOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
