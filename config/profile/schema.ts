import * as z from 'zod';
import { type CatalogService, type ServiceName, services, topicNames } from '../catalog';
import { CpuCores, Duration, InvalidValue, Ipv4Address, Ipv4Subnet, MemorySize, Port } from '../units';
import { barsSchema, feedsSchema, recordSchema, speedSchema } from './feeds';
import { fixSchema } from './fix';
import { venuesSchema } from './venues';

/** A scalar that becomes a value type; a failure keeps the type's own explanation in the issue's params. */
function scalar<I extends string | number, T>(
  base: z.ZodType<I, I>,
  type: { readonly allowed: string; readonly pattern?: RegExp },
  parse: (input: I) => T,
) {
  const editorHint = type.pattern ? { pattern: type.pattern.source } : {};
  return base.meta({ description: type.allowed, ...editorHint }).transform((input, context): T => {
    try {
      return parse(input);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      context.addIssue({
        code: 'custom',
        message: error.allowed,
        params: { code: error.code, fix: error.fix },
      });
      return z.NEVER;
    }
  });
}

const memory = scalar(z.string({ error: MemorySize.allowed }), MemorySize, (text) => MemorySize.parse(text));
const cores = scalar(z.number({ error: CpuCores.allowed }), CpuCores, (count) => CpuCores.of(count));
const duration = scalar(z.string({ error: Duration.allowed }), Duration, (text) => Duration.parse(text));
const port = scalar(z.number({ error: Port.allowed }), Port, (number) => Port.of(number));
const subnet = scalar(z.string({ error: Ipv4Subnet.allowed }), Ipv4Subnet, (text) => Ipv4Subnet.parse(text));
const address = scalar(z.string({ error: Ipv4Address.allowed }), Ipv4Address, (text) => Ipv4Address.parse(text));

const count = (what: string, { from = 1, to = 2 ** 31 - 1 } = {}) => {
  const allowed = `${what}: a whole number from ${from} to ${to}`;
  return z
    .int({ error: allowed })
    .min(from, { error: allowed })
    .max(to, { error: allowed })
    .meta({ description: what });
};
const word = (what: string, pattern: RegExp, allowed: string) =>
  z.string({ error: allowed }).regex(pattern, { error: allowed }).meta({ description: what });
const oneOf = <const T extends readonly [string, ...string[]]>(what: string, values: T) =>
  z.enum(values, { error: values.join(' | ') }).meta({ description: what });

/** An object with one optional key for each service of the catalogue; any other key is refused. */
const perService = <S extends z.ZodType>(schema: S) =>
  z.strictObject(
    Object.fromEntries(services.map(({ name }: CatalogService) => [name, schema.optional()])) as {
      [N in ServiceName]: z.ZodOptional<S>;
    },
  );

/** A text in Docker's image syntax. */
const image = (what: string) => z.string().min(1).meta({ description: what });

const ClaimSchema = z.strictObject({
  memory: z.strictObject({
    min: memory.optional().describe('rebalancing never goes below; default: the limit'),
    limit: memory.describe('the container starts with this limit'),
    max: memory.optional().describe('rebalancing never goes above; default: the limit'),
  }),
  cpus: cores.describe('CPU quota'),
  priority: oneOf('who gives way first when memory is short', [
    'critical',
    'high',
    'normal',
    'low',
    'maintenance',
  ]).default('normal'),
  policy: oneOf('may the limit move inside its band', ['guaranteed', 'burstable', 'adaptive']).default('burstable'),
});

/** An amount of money: engines count it in units of 0.0001, exactly. */
const money = (what: string) => {
  const allowed = `${what}: from 0 to 900 billion with at most four decimals`;
  return z
    .number({ error: allowed })
    .min(0, { error: allowed })
    .max(9e11, { error: allowed })
    .refine((amount) => Math.abs(amount * 10_000 - Math.round(amount * 10_000)) < 1e-5, { error: allowed })
    .meta({ description: what });
};

/** A value equal to a limit is allowed; 0 allows nothing. */
const LimitsSchema = z.strictObject({
  maxOrderQuantity: count('shares in one order', { from: 0 }),
  maxOrderNotional: money('price times quantity of one order, in currency'),
  maxPosition: count('shares, long or short, open orders included', { from: 0 }),
  collarBasisPoints: count('how much worse than the opposite best price a limit price may be', { from: 0, to: 10_000 }),
  maxOrdersPerSecond: count('orders of one account in one second', { from: 0, to: 1_000_000 }),
});

const tradingSchema = z.strictObject({
  session: z.iso.date({ error: 'a day as YYYY-MM-DD' }).meta({ description: 'trading day that is replayed' }),
  holidays: z
    .array(z.iso.date({ error: 'a day as YYYY-MM-DD' }))
    .default([])
    .meta({ description: 'days besides Saturday and Sunday on which nothing settles' }),
  rates: z
    .array(
      z.strictObject({
        from: word('ISO 4217 code', /^[A-Z]{3}$/, 'three capitals, such as "EUR"'),
        to: word('ISO 4217 code', /^[A-Z]{3}$/, 'three capitals, such as "USD"'),
        rate: z.number().positive().meta({ description: 'worth of one unit of `from` in `to`' }),
      }),
    )
    .default([])
    .meta({
      description: 'exchange rates until somebody sets others; an instrument such as EURUSD with a quote comes first',
    }),
  underlyings: z
    .record(z.string(), z.string())
    .default({})
    .meta({ description: 'by symbol, the symbol whose price it follows: portfolio margin nets them' }),
  marginCallDays: count('business days in which a margin call is to be met', { to: 15 }).default(3),
  poll: oneOf('how engines wait for work: spin burns a core, yield shares it, sleep saves it', [
    'spin',
    'yield',
    'sleep',
  ]),
  instruments: z
    .array(
      z.strictObject({
        id: count('row in the tables that engines share', { to: 1023 }),
        symbol: word('ticker', /^[A-Z][A-Z0-9.]{0,11}$/, 'up to 12 capitals, digits and dots, such as "AAPL"'),
        currency: word('ISO 4217 code', /^[A-Z]{3}$/, 'three capitals, such as "USD"').default('USD'),
        tickSize: count('smallest price step in units of 0.0001: one cent is 100', { to: 1_000_000 }),
      }),
    )
    .min(1, { error: 'at least one instrument' }),
  feeds: feedsSchema,
  speed: speedSchema,
  record: recordSchema,
  bars: barsSchema,
  venues: venuesSchema,
  fix: fixSchema.optional(),
  limitsStaleAfter: duration.prefault('3s').describe('orders are refused when limits are older than this'),
  accounts: z
    .array(
      z.strictObject({
        id: count('row in the limits table', { to: 1023 }),
        name: word('account', /^[a-z][a-z0-9-]{0,31}$/, 'up to 32 small letters, digits and dashes'),
        currency: word('ISO 4217 code', /^[A-Z]{3}$/, 'three capitals, such as "USD"').default('USD'),
        initialCash: money('in currency'),
        costMethod: oneOf('cost that a sale releases: the average of the position, or that of its oldest lots', [
          'average',
          'fifo',
        ]).default('average'),
        settlement: oneOf('when its trades settle: at once, or on the next business day', ['T+0', 'T+1']).default(
          'T+1',
        ),
        margin: oneOf('how its margin is reckoned: not at all, by Regulation T, or as a portfolio', [
          'none',
          'reg-t',
          'portfolio',
        ]).default('reg-t'),
        limits: LimitsSchema,
      }),
    )
    .min(1, { error: 'at least one account' }),
});

/** How one engine keeps what it must not forget. */
const journalSchema = z
  .strictObject({
    durability: oneOf('when a record counts: written to memory, in a group commit, or each by itself', [
      'memory',
      'batched',
      'always',
    ]).default('batched'),
    snapshotRecords: count(
      'records after which the state is saved, so that a start reads only what came later',
    ).default(1_000_000),
    snapshotEvery: duration.optional().describe('time after which it is saved when there is anything new'),
    retention: z
      .strictObject({
        snapshots: count('newest snapshots that are kept').default(2),
        segments: count('segments that are kept; more where a snapshot needs them').optional(),
        size: memory.optional().describe('and how much disk they may take'),
        age: duration.optional().describe('and how old they may be'),
      })
      .default({ snapshots: 2 })
      .meta({ description: 'what of the past is removed after a snapshot; without a bound every segment stays' }),
    encryption: z
      .boolean()
      .default(false)
      .meta({ description: 'AES-256-GCM at rest, under keys of the secrets: whoever loses them loses the journal' }),
  })
  .prefault({});

const journalsSchema = z
  .strictObject({ oms: journalSchema.describe('orders'), pms: journalSchema.describe('executions') })
  .prefault({});

const gatewaySchema = z
  .strictObject({
    connections: count('connections at once; each that is passed on takes two of nginx', {
      from: 64,
      to: 65_000,
    }).default(1024),
    requestsPerSecond: count('requests of one client in a second before it is refused', { to: 1_000_000 }).default(100),
    bodySize: memory.prefault('10MiB').describe('largest body of a request'),
    certificate: oneOf('who signs the certificate: an authority that the platform makes, or your own files', [
      'platform',
      'own',
    ]).default('platform'),
    names: z
      .array(z.string().regex(/^[A-Za-z0-9*.:-]{1,253}$/, { error: 'host names and addresses' }))
      .min(1, { error: 'at least one host name or address' })
      .default(['localhost', '127.0.0.1'])
      .meta({ description: 'host names and addresses that the certificate is for' }),
  })
  .prefault({});

const transportSchema = z
  .strictObject({
    kind: oneOf('what carries topics: shared memory on one host, a NATS server with JetStream between hosts', [
      'shared-memory',
      'nats',
    ]).default('shared-memory'),
    servers: z
      .array(word('NATS server', /^[A-Za-z0-9.[\]:-]+:\d{1,5}$/, 'host:port, such as "10.0.0.5:4222"'))
      .min(1, { error: 'at least one host:port' })
      .optional()
      .meta({ description: 'NATS servers, each as host:port' }),
    topics: z
      .array(oneOf('topic', topicNames))
      .min(1, { error: 'at least one topic' })
      .optional()
      .meta({ description: 'topics that NATS carries; left out: all. Shared memory carries the others' }),
    user: word('user of the NATS server', /^[^\s:]{1,64}$/, 'up to 64 characters without blanks and colons').optional(),
    tls: z.boolean().default(false).meta({ description: 'refuse a NATS server without TLS' }),
    replicas: count('NATS servers that keep a copy of each topic', { to: 5 }).default(1),
    elsewhere: perService(
      z
        .url({ error: 'an http or https address' })
        .meta({ description: 'address of an engine of this platform on another host' }),
    ).default({}),
  })
  .prefault({});

const monitoringSchema = z
  .strictObject({
    scrapeInterval: duration.prefault('15s').describe('time between two readings of each service'),
    retention: duration.prefault('15d').describe('how long measurements are kept'),
    retentionSize: memory.prefault('2GiB').describe('and how much disk they may take'),
    concurrentQueries: count('queries at the same time', { to: 1000 }).default(20),
    connections: count('connections to Prometheus', { from: 16, to: 10_000 }).default(512),
    alertWebhook: z
      .url({ error: 'an http or https address' })
      .optional()
      .meta({ description: 'where Grafana sends alerts; left out: they are only shown' }),
  })
  .prefault({});

/** A profile as it is written, `extends` already merged. Every object is strict: an unknown key is a mistake. */
export const ProfileSchema = z.strictObject({
  name: word('name of the profile', /^[a-z][a-z0-9-]{0,31}$/, 'up to 32 small letters, digits and dashes'),
  extends: z.string().optional().meta({ description: 'profile whose values are taken where this one says nothing' }),
  description: z.string().meta({ description: 'one line for `nautilus profiles list`' }),
  project: word(
    'prefix of every container, network and volume',
    /^[a-z][a-z0-9-]{0,23}$/,
    'up to 24 small letters, digits and dashes',
  ),
  hardware: z.strictObject({
    model: oneOf('machine that the profile is written for', ['any', 'm4-max']),
    memory: memory.optional().describe('RAM of the machine, for m4-max'),
  }),
  docker: z.strictObject({
    memory: memory.describe("memory of Docker's VM, as set in its Settings > Resources"),
    cpus: count("CPUs of Docker's VM", { to: 1024 }),
    cpuOvercommit: z
      .number({ error: 'a number from 1 to 16' })
      .min(1, { error: 'a number from 1 to 16' })
      .max(16, { error: 'a number from 1 to 16' })
      .default(4)
      .meta({ description: 'how often the CPUs may be promised: the sum of all quotas over the CPUs of the VM' }),
    host: word(
      'Docker engine to deploy to',
      /^(unix:\/\/\/\S+|tcp:\/\/[^\s/]+:\d+|ssh:\/\/\S+)$/,
      'unix:///path, tcp://host:port or ssh://user@host; left out: DOCKER_HOST, else the engine of this machine',
    ).optional(),
    certificates: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'folder with ca.pem, cert.pem and key.pem for a tcp:// engine, relative to the profile' }),
    reservePercent: count("share of Docker's memory that stays free for the VM itself", { from: 5, to: 50 }).default(
      15,
    ),
    sharedMemory: memory
      .prefault('256MiB')
      .describe("tmpfs volume that the engines' rings live in; part of the claims of those who write there"),
  }),
  workload: z.strictObject({
    kind: oneOf('what the database is tuned for', ['mixed', 'orders', 'research']),
    connections: count('connections to the database', { from: 10, to: 10_000 }),
    cacheClients: count('connections to the cache', { from: 10, to: 65_000 }),
    symbols: count('instruments with market data', { to: 1023 }),
    ordersPerSecond: count('orders a second at peak'),
    retention: duration.describe(
      'how long market history is kept, and in the database orders that have ended, their changes and fills',
    ),
  }),
  network: z.strictObject({
    subnet,
    mtu: count('bytes of a packet between containers', { from: 1280, to: 65_535 }),
    bridgeName: word(
      'Linux bridge interface',
      /^[a-z][a-z0-9.-]{0,14}$/,
      'at most 15 small letters, digits, dots and dashes: the kernel allows no more',
    ),
  }),
  images: z.strictObject({
    node: image('base of the engine images'),
    postgres: image('PostgreSQL 16 with TimescaleDB; plain PostgreSQL works too'),
    redis: image('Redis 7'),
    nginx: image('nginx'),
    prometheus: image('Prometheus 2'),
    grafana: image('Grafana'),
    'redis-exporter': image('redis_exporter, one that has a shell'),
    'postgres-exporter': image('postgres_exporter'),
  }),
  exposure: z.strictObject({
    address: address.describe('host address that published ports bind to'),
    services: z
      .union([z.literal('all'), z.array(oneOf('service', services.map(({ name }) => name) as [ServiceName]))], {
        error: `all, or a list of services: ${services.map(({ name }) => name).join(', ')}`,
      })
      .describe('whose ports are published; the gateway’s always are'),
    portOffset: count('added to every published port, so that two platforms fit on one host', {
      from: 0,
      to: 50_000,
    }).default(0),
  }),
  ports: perService(port).default({}).describe('published port of a service, where it is not the catalogue’s'),
  addresses: perService(address).default({}).describe('address of a container, where it is not the catalogue’s'),
  services: perService(
    z.strictObject({
      claim: ClaimSchema,
      optional: z
        .boolean()
        .default(false)
        .meta({ description: 'left out, with a line that says so, where its image cannot be had' }),
    }),
  ).describe('what is deployed, and what each may use; null takes out what is inherited'),
  gateway: gatewaySchema,
  monitoring: monitoringSchema,
  diagnostics: z
    .strictObject({
      debugLogs: z.boolean().default(false).meta({ description: 'engines log every step (M4_MAX_DEBUG)' }),
      hardwareMetrics: z
        .boolean()
        .default(false)
        .meta({ description: 'engines export CPU, throttling and memory of their cgroup (HARDWARE_MONITORING)' }),
    })
    .default({ debugLogs: false, hardwareMetrics: false }),
  terraform: z
    .strictObject({
      backend: z
        .record(
          z.string(),
          z.union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' }),
        )
        .refine((backend) => typeof backend.kind === 'string', {
          error: 'kind: local, s3, http, pg … and its own keys',
        })
        .default({ kind: 'local' })
        .meta({ description: 'where Terraform keeps its state: kind, and what that backend of Terraform asks for' }),
    })
    .default({ backend: { kind: 'local' } }),
  journals: journalsSchema,
  transport: transportSchema,
  trading: tradingSchema,
});

export type ProfileSource = z.output<typeof ProfileSchema>;
export type TradingSection = ProfileSource['trading'];
