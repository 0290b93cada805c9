import type { CatalogService, ServiceName } from '@nautilus/config/catalog';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type * as z from 'zod';
import type { Fields, MarketClock, TableDefinition, TopicDefinition } from '../domain';
import type { MemoryManager, SharedBuffers } from '../memory';
import type {
  SubscribeOptions as HubSubscribeOptions,
  Publication,
  Subscription,
  TableReader,
  TableWriter,
} from '../transport';
import type { Asset } from './assets';
import type { PostgresAccess, RedisAccess } from './configuration';
import type { DeclaredMachine } from './hardware';
import type { Topics } from './topics';
import type { SocketRoute } from './web-sockets';

/** What the kernel drives. */
export interface Engine {
  /**
   * One pass over the inputs: must not block. Returns how much was done; 0 lets the duty cycle rest. A throw ends the process.
   * @default nothing to poll: the engine only answers, and costs nothing while nobody asks
   */
  poll?(): number;
  /** Whether something of the event loop is waited for, such as a disk; while not, polls that find work go on for longer. @default true */
  waits?(): boolean;
  /** Called once, after the server listens and before the first poll. */
  start?(): void | Promise<void>;
  /** Called once, after the last poll: flush and close what must be. */
  stop?(): void | Promise<void>;
  /** True, or why the engine cannot serve yet; asked by GET /ready. @default ready once started */
  ready?(): true | string;
  /** Added to GET /m4-max/status as `engine`. */
  status?(): object;
}

/** Where a hop's times go. */
export interface LatencyRecorder {
  /** Nanoseconds. A negative or absurd time is clamped to the range of 1 ns to 60 s. */
  record(ns: number): void;
}

/** As in the transport; `name` is the service's own unless given. */
export type SubscribeOptions = Partial<HubSubscribeOptions>;

/** All that an engine has of the world around it. */
export interface EngineIo {
  readonly service: CatalogService;
  readonly profile: string;
  /** The machine as the profile declares it. */
  readonly hardware: DeclaredMachine;
  readonly log: Logger;
  /** The engine's market clock: the engine advances it by the messages that it reads. */
  readonly clock: MarketClock;
  /** Opens topics outside of the contract and its metrics: to look back at an own one. */
  readonly topics: Pick<Topics, 'subscribe'>;
  /** Only topics declared in `produces`; on the carrier that the profile gives the topic. @throws TransportError NAUT_TOPIC_BUSY */
  publish<F extends Fields>(topic: TopicDefinition<F>): Promise<Publication<F>>;
  /** Only topics declared in `consumes`; likewise. @throws TransportError NAUT_READER_BUSY */
  subscribe<F extends Fields>(topic: TopicDefinition<F>, options?: SubscribeOptions): Promise<Subscription<F>>;
  /** Only tables declared in `writes`. */
  table<F extends Fields>(table: TableDefinition<F>): TableWriter<F>;
  /** Only tables declared in `reads`. */
  openTable<F extends Fields>(table: TableDefinition<F>): TableReader<F>;
  /** Memory outside of V8's heap, sized from the engine's claim; made when it is first asked for. */
  readonly memory: MemoryManager;
  /** Buffers that engines of this host make and read without a copy. */
  readonly sharedBuffers: SharedBuffers;
  /** Exists. The engine's own. */
  readonly dataDirectory: string;
  /** The recorder of a hop; the same name gives the same recorder. */
  latency(hop: string): LatencyRecorder;
  /** A metric in GET /metrics without labels, read whenever somebody asks. */
  gauge(name: string, help: string, value: () => number): void;
  /** Metrics registered here are in GET /metrics: `new Gauge({ name, help, registers: [io.metrics] })`. */
  readonly metrics: Registry;
  readonly peers: Readonly<Partial<Record<ServiceName, string>>>;
  readonly postgres: PostgresAccess | undefined;
  readonly redis: RedisAccess | undefined;
}

type Schema = z.ZodType;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
/** An answer may be made of what the engine would not let anybody change. */
type Reply<T> = T extends readonly (infer U)[]
  ? readonly Reply<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Reply<T[K]> }
    : T;

export interface RouteSchemas {
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Of every successful answer; what it does not name is not sent. */
  readonly reply: Schema;
  readonly summary?: string;
}

export interface RouteRequest<S extends RouteSchemas> {
  readonly params: Output<S['params']>;
  readonly query: Output<S['query']>;
  readonly body: Output<S['body']>;
  /** Sets the status of a successful answer. @default 200 */
  status(code: number): void;
}

type Handler<S extends RouteSchemas, E> = (
  request: RouteRequest<S>,
  engine: E,
) => Reply<Output<S['reply']>> | Promise<Reply<Output<S['reply']>>>;

export interface Route<E> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly schemas: RouteSchemas;
  readonly handler: Handler<RouteSchemas, E>;
}

type AddRoute<E> = <const S extends RouteSchemas>(path: string, schemas: S, handler: Handler<S, E>) => Route<E>;

interface RouteBuilder<E> {
  readonly get: AddRoute<E>;
  readonly post: AddRoute<E>;
  readonly put: AddRoute<E>;
  readonly del: AddRoute<E>;
}

type TopicContract = Readonly<Record<string, Pick<TopicDefinition, 'name' | 'capacity'>>>;
type TableContract = Readonly<Record<string, Pick<TableDefinition, 'name' | 'rows'>>>;

/**
 * An engine's contract. `create` stands before `routes`, so that the handlers know the engine's type.
 *
 * Topics and tables that are not declared here cannot be opened: the contract stays true.
 */
export interface EngineDefinition<Own, E extends Engine> {
  readonly service: CatalogService;
  /** Schema of the `engine` section of the process configuration. */
  readonly config: z.ZodType<Own>;
  readonly consumes?: TopicContract;
  readonly produces?: TopicContract;
  readonly reads?: TableContract;
  readonly writes?: TableContract;
  readonly create: (config: Own, io: EngineIo) => E | Promise<E>;
  readonly routes?: (route: RouteBuilder<E>) => readonly Route<E>[];
  /** @default no WebSockets */
  readonly sockets?: readonly SocketRoute<E>[];
  /** What browsers are given, by path. @default at `/` a page that describes the engine */
  readonly assets?: Readonly<Record<string, Asset>>;
}

export const defineEngine = <Own, E extends Engine>(definition: EngineDefinition<Own, E>): EngineDefinition<Own, E> =>
  Object.freeze(definition);

const adder =
  <E>(method: Route<E>['method']): AddRoute<E> =>
  (path, schemas, handler) => ({ method, path, schemas, handler: handler as unknown as Handler<RouteSchemas, E> });

export const routeBuilder = <E>(): RouteBuilder<E> => ({
  get: adder('GET'),
  post: adder('POST'),
  put: adder('PUT'),
  del: adder('DELETE'),
});
