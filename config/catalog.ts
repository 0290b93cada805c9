import { NautilusError } from './errors';

/**
 * Every service of the platform, written once: name, port, address and stack. All others look here.
 *
 * Addresses are host numbers inside the profile's subnet (default 172.20.0.0/16); .10 to .12 stay reserved for the
 * trading gateway, order routing and risk monitoring.
 */
export type StackName = 'foundation' | 'trading' | 'edge' | 'monitoring';
export type ServiceKind = 'engine' | 'database' | 'cache' | 'gateway' | 'monitoring';

export interface CatalogEntry {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly stack: StackName;
  /** Port inside the container, and on the loopback interface when published or run without Docker. */
  readonly port: number;
  /** Ports that it listens on besides. */
  readonly extraPorts?: readonly number[];
  /** Services without which it is of no use. */
  readonly requires?: readonly string[];
  /** Host number inside the platform's subnet: 20 becomes 172.20.0.20. */
  readonly hostNumber: number;
  readonly purpose: string;
}

const entries = {
  postgres: {
    kind: 'database',
    stack: 'foundation',
    port: 5432,
    hostNumber: 20,
    purpose: 'orders, executions and market history (TimescaleDB or plain PostgreSQL)',
  },
  redis: { kind: 'cache', stack: 'foundation', port: 6379, hostNumber: 21, purpose: 'order, position and trade cache' },
  analytics: {
    kind: 'engine',
    stack: 'trading',
    port: 8100,
    hostNumber: 31,
    purpose: 'performance, attribution, transaction-cost analysis, indicators',
  },
  risk: {
    kind: 'engine',
    stack: 'trading',
    port: 8200,
    hostNumber: 32,
    purpose: 'pre-trade limits, kill switch, breaches',
    requires: ['marketdata', 'oms', 'ems', 'pms'],
  },
  factor: {
    kind: 'engine',
    stack: 'trading',
    port: 8300,
    hostNumber: 33,
    purpose: 'cross-sectional factors and exposures',
  },
  ml: { kind: 'engine', stack: 'trading', port: 8400, hostNumber: 34, purpose: 'model registry and inference' },
  features: { kind: 'engine', stack: 'trading', port: 8500, hostNumber: 35, purpose: 'streaming and batch features' },
  websocket: {
    kind: 'engine',
    stack: 'trading',
    port: 8600,
    hostNumber: 36,
    purpose: 'topic fan-out to browsers and clients',
  },
  strategy: {
    kind: 'engine',
    stack: 'trading',
    port: 8700,
    hostNumber: 37,
    purpose: 'strategy life cycle and backtests',
  },
  marketdata: {
    kind: 'engine',
    stack: 'trading',
    port: 8800,
    hostNumber: 38,
    purpose: 'feeds, order books, bars, snapshots',
    requires: ['risk', 'oms', 'ems', 'pms'],
  },
  portfolio: {
    kind: 'engine',
    stack: 'trading',
    port: 8900,
    hostNumber: 39,
    purpose: 'portfolio optimisation and rebalancing',
  },
  oms: {
    kind: 'engine',
    stack: 'trading',
    port: 9010,
    hostNumber: 41,
    purpose: 'order life cycle, validation, pre-trade risk, durable journal',
    requires: ['postgres', 'redis', 'marketdata', 'risk', 'ems', 'pms'],
  },
  ems: {
    kind: 'engine',
    stack: 'trading',
    port: 9020,
    hostNumber: 42,
    purpose: 'execution algorithms and venues',
    requires: ['marketdata', 'risk', 'oms', 'pms'],
  },
  pms: {
    kind: 'engine',
    stack: 'trading',
    port: 9030,
    hostNumber: 43,
    purpose: 'positions, profit and cash',
    requires: ['postgres', 'redis', 'marketdata', 'risk', 'oms', 'ems'],
  },
  backend: { kind: 'engine', stack: 'edge', port: 8001, hostNumber: 51, purpose: 'API gateway' },
  frontend: {
    kind: 'engine',
    stack: 'edge',
    port: 3000,
    hostNumber: 52,
    purpose: 'the page that people look at',
    requires: ['backend'],
  },
  nginx: {
    kind: 'gateway',
    stack: 'edge',
    port: 443,
    extraPorts: [80],
    hostNumber: 53,
    purpose: 'TLS, routing, rate limits',
    requires: ['backend', 'frontend'],
  },
  prometheus: { kind: 'monitoring', stack: 'monitoring', port: 9090, hostNumber: 61, purpose: 'metrics store' },
  grafana: {
    kind: 'monitoring',
    stack: 'monitoring',
    port: 3002,
    hostNumber: 62,
    purpose: 'dashboards and alerts',
    requires: ['prometheus'],
  },
  'redis-exporter': {
    kind: 'monitoring',
    stack: 'monitoring',
    port: 9121,
    hostNumber: 63,
    purpose: 'metrics of the cache',
    requires: ['redis'],
  },
  'postgres-exporter': {
    kind: 'monitoring',
    stack: 'monitoring',
    port: 9187,
    hostNumber: 64,
    purpose: 'metrics of the database',
    requires: ['postgres'],
  },
} as const satisfies Record<string, Omit<CatalogEntry, 'name'>>;

export type ServiceName = keyof typeof entries;
/** Services that run a program of ours: the nine engines, the order systems, and what stands before them. */
export type EngineName = {
  [N in ServiceName]: (typeof entries)[N]['kind'] extends 'engine' ? N : never;
}[ServiceName];
export type CatalogService = CatalogEntry & { readonly name: ServiceName };

/** The 21 containers. */
export const catalog = Object.freeze(
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, Object.freeze({ name, ...entry })])),
) as { readonly [N in ServiceName]: CatalogService & { readonly name: N } };

export const services: readonly CatalogService[] = Object.freeze(Object.values(catalog));

export const engineNames: readonly EngineName[] = Object.freeze(
  services.filter(({ kind }) => kind === 'engine').map(({ name }) => name as EngineName),
);

/** These texts as names of services. Throws NAUT_SERVICE_UNKNOWN. */
export function serviceNames(names: readonly string[]): readonly ServiceName[] {
  const unknown = names.find((name) => !Object.hasOwn(catalog, name));
  if (unknown !== undefined)
    throw new NautilusError({
      code: 'NAUT_SERVICE_UNKNOWN',
      message: `there is no service ${unknown}`,
      details: [`allowed: ${Object.keys(catalog).join(', ')}`],
    });
  return names as readonly ServiceName[];
}

/** Engines that share topics and tables, in the order in which they start. */
export const orderPath: readonly EngineName[] = Object.freeze(['risk', 'pms', 'ems', 'marketdata', 'oms']);

/** Topics between engines: who writes it is in the first part of its name. */
export const topicNames = Object.freeze([
  'marketdata.book-events',
  'marketdata.trades',
  'marketdata.bars',
  'client.order-entry',
  'oms.order-acks',
  'oms.order-updates',
  'oms.order-commands',
  'ems.execution-reports',
  'oms.executions',
  'pms.corporate-actions',
] as const);
export type TopicName = (typeof topicNames)[number];

/** Parts that run on the host, never in a container. */
export const hostParts = Object.freeze({
  'memory-orchestrator': Object.freeze({
    name: 'memory-orchestrator',
    port: 9091,
    purpose: 'rebalances container memory; metrics of it',
  }),
  accelerator: Object.freeze({
    name: 'accelerator',
    port: 9092,
    purpose: 'CoreML and Metal for the engines; CPU elsewhere',
  }),
} as const);

/** Host numbers that no container may take: Docker's gateway and the addresses kept for later. */
export const reservedHostNumbers = Object.freeze({
  gateway: 1,
  'trading-gateway': 10,
  'order-routing': 11,
  'risk-monitoring': 12,
});

/** Databases of the cache, by what is in them. */
export const cacheDatabases = Object.freeze({ orders: 0, positions: 1, trades: 2 });
