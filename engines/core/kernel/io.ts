import { accessSync, constants, mkdirSync } from 'node:fs';
import os from 'node:os';
import type { CatalogService } from '@nautilus/config/catalog';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { MarketClock } from '../domain';
import type { Hub, Publication, Subscription } from '../transport';
import type { ProcessConfig } from './configuration';
import type { Engine, EngineDefinition, EngineIo } from './definition';
import { EngineError } from './errors';
import { declaredMachine } from './hardware';
import type { Latencies } from './latency';
import type { EngineMemory } from './memory';
import type { Topics } from './topics';

type Declared = Readonly<Record<string, { readonly name: string }>> | undefined;

/** Refuses what the engine's contract does not name. */
function declared(service: CatalogService, part: string, contract: Declared) {
  const names = new Set(Object.values(contract ?? {}).map(({ name }) => name));
  return ({ name }: { readonly name: string }): void => {
    if (names.has(name)) return;
    throw new EngineError({
      status: 500,
      code: 'NAUT_NOT_DECLARED',
      message: `${service.name} opens ${name}, which its contract does not declare`,
      value: name,
      allowed: [...names],
      fix: `add it to \`${part}\` in engines/${service.name}/engine.ts`,
    });
  };
}

/** Makes the engine's directory, and fails now rather than at the first write. */
function makeWritable(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    throw new EngineError({
      code: 'NAUT_DATA_DIRECTORY',
      message: `cannot write to the data directory ${directory}: ${(cause as Error).message}`,
      value: directory,
      fix: `make ${directory} a directory that user ${process.getuid?.() ?? os.userInfo().username} may write to`,
      cause,
    });
  }
}

/** What happens to every topic that the engine reads or writes. */
function exportTopics(
  metrics: Registry,
  subscriptions: ReadonlyMap<string, Subscription<never>>,
  publications: ReadonlyMap<string, Publication<never>>,
): void {
  const metric = <End>(
    Kind: typeof Gauge | typeof Counter,
    name: string,
    help: string,
    ends: ReadonlyMap<string, End>,
    value: (end: End) => number,
  ) =>
    new Kind({
      name: `nautilus_topic_${name}`,
      help,
      labelNames: ['topic'],
      registers: [metrics],
      collect() {
        this.reset();
        for (const [topic, end] of ends) this.inc({ topic }, value(end));
      },
    });
  metric(Gauge, 'lag_messages', 'Messages published and not yet read', subscriptions, (end) => end.lag());
  metric(
    Counter,
    'missed_messages_total',
    'Messages overwritten before they were read',
    subscriptions,
    (end) => end.missed,
  );
  metric(
    Counter,
    'conflated_messages_total',
    'Messages that a newer one of the same key replaced before they were read',
    subscriptions,
    (end) => end.conflated,
  );
  metric(
    Gauge,
    'free_slots',
    'Messages that can be published before the slowest reliable reader moves',
    publications,
    (end) => end.free(),
  );
  metric(
    Counter,
    'refused_claims_total',
    'Claims that found no room: the writer was held back',
    publications,
    (end) => end.refused,
  );
  metric(
    Gauge,
    'unconfirmed_messages',
    'Messages that a broker has not confirmed yet; 0 in shared memory',
    publications,
    (end) => end.inFlight(),
  );
}

interface Surroundings {
  readonly configuration: ProcessConfig;
  readonly hub: Pick<Hub, 'table' | 'openTable'>;
  readonly topics: Topics;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly latencies: Latencies;
  readonly memory: EngineMemory;
}

/** Gives an engine its world, bounded by its contract. */
export function createIo<Own, E extends Engine>(
  definition: EngineDefinition<Own, E>,
  { configuration, hub, topics, log, metrics, latencies, memory }: Surroundings,
): EngineIo {
  const { service } = definition;
  const mayConsume = declared(service, 'consumes', definition.consumes);
  const mayProduce = declared(service, 'produces', definition.produces);
  const mayRead = declared(service, 'reads', definition.reads);
  const mayWrite = declared(service, 'writes', definition.writes);
  const subscriptions = new Map<string, Subscription<never>>();
  const publications = new Map<string, Publication<never>>();
  exportTopics(metrics, subscriptions, publications);
  makeWritable(configuration.dataDirectory);

  return Object.freeze<EngineIo>({
    service,
    profile: configuration.profile,
    hardware: declaredMachine(configuration.hardware),
    log,
    clock: new MarketClock(),
    topics,
    async publish(topic) {
      mayProduce(topic);
      const publication = await topics.publish(topic);
      log.debug({ topic: topic.name, freeSlots: publication.free() }, 'publishes');
      publications.set(topic.name, publication as unknown as Publication<never>);
      return publication;
    },
    async subscribe(topic, options = {}) {
      mayConsume(topic);
      const subscription = await topics.subscribe(topic, { ...options, name: options.name ?? service.name });
      log.debug({ topic: topic.name, ...options, lag: subscription.lag() }, 'subscribes');
      subscriptions.set(topic.name, subscription as unknown as Subscription<never>);
      return subscription;
    },
    table(definition) {
      mayWrite(definition);
      log.debug({ table: definition.name }, 'writes');
      return hub.table(definition);
    },
    openTable(definition) {
      mayRead(definition);
      log.debug({ table: definition.name }, 'reads');
      return hub.openTable(definition);
    },
    get memory() {
      return memory.manager();
    },
    get sharedBuffers() {
      return memory.sharedBuffers();
    },
    dataDirectory: configuration.dataDirectory,
    latency: (hop) => latencies.hop(hop),
    gauge(name, help, value) {
      new Gauge({
        name,
        help,
        registers: [metrics],
        collect() {
          this.set(value());
        },
      });
    },
    metrics,
    peers: configuration.peers,
    postgres: configuration.postgres,
    redis: configuration.redis,
  });
}
