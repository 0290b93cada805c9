import { readFileSync } from 'node:fs';
import { type ServiceName, services, topicNames } from '@nautilus/config/catalog';
import { fingerprint } from '@nautilus/config/fingerprint';
import * as z from 'zod';
import { EngineError } from './errors';
import { describeIssues, formatIssue } from './issues';

const names = services.map((service) => service.name) as [ServiceName, ...ServiceName[]];
const Host = z.string().min(1);
const Port = z.int().min(0).max(65_535);

export const pollStrategies = ['spin', 'yield', 'sleep'] as const;
export type PollStrategy = (typeof pollStrategies)[number];

const Postgres = z.strictObject({
  host: Host,
  port: Port,
  user: z.string().min(1),
  database: z.string().min(1),
  /** File that holds the password: secrets never stand in a configuration. */
  passwordFile: z.string().min(1),
  /** Rows of what is over go after so long. @default they stay */
  keepSeconds: z.int().min(1).optional(),
});

const Redis = z.strictObject({
  host: Host,
  port: Port,
  passwordFile: z.string().min(1).optional(),
  /** What may be in the cache at once, and for how long. */
  keep: z.strictObject({
    orders: z.int().min(1),
    positions: z.int().min(1),
    trades: z.int().min(1),
    tradeSeconds: z.int().min(1),
  }),
});

/** What carries topics: shared memory for engines of one host; between hosts a NATS server with JetStream. */
const Transport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shared-memory') }),
  z.strictObject({
    kind: z.literal('nats'),
    /** `host:port` of each server. */
    servers: z.array(z.string().min(1)).min(1),
    /** Topics that it carries; shared memory carries the others. */
    topics: z.array(z.enum(topicNames)).min(1),
    /** Platforms that share a broker have different ones. */
    platform: z.string().min(1),
    replicas: z.int().min(1).max(5),
    user: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
    tls: z.boolean(),
  }),
]);

const cores = z.int().min(1);

/** The machine that the profile is written for. */
const Hardware = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('any') }),
  z.strictObject({
    model: z.literal('m4-max'),
    performanceCores: cores,
    efficiencyCores: cores,
    gpuCores: cores,
    neuralEngineCores: cores,
    memoryBytes: z.int().min(1),
    /** Peak, in 10⁹ bytes a second. */
    memoryBandwidth: z.number().positive(),
  }),
]);

export type Hardware = z.infer<typeof Hardware>;
export type PostgresAccess = z.infer<typeof Postgres>;
export type RedisAccess = z.infer<typeof Redis>;

/** What one engine process is started with: the JSON file that NAUTILUS_CONFIG names. */
export const ProcessConfig = z.strictObject({
  service: z.enum(names),
  profile: z.string().min(1),
  host: Host.default('127.0.0.1'),
  /** 0 takes a free port. */
  port: Port,
  /** Directory of the rings and tables: on a tmpfs that all engines of the platform share. */
  sharedMemory: z.string().min(1),
  /** Directory of the engine's own: journals, limits. */
  dataDirectory: z.string().min(1),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Export what the kernel accounts of this process's cgroup. */
  hardwareMetrics: z.boolean().default(false),
  poll: z.enum(pollStrategies).default('yield'),
  transport: Transport.default({ kind: 'shared-memory' }),
  hardware: Hardware.default({ model: 'any' }),
  memory: z
    .strictObject({
      /** What the profile lets the engine use; the memory manager takes its share of it. @default the container's limit */
      claimBytes: z.int().min(1).optional(),
      /** Which allocations are recorded with the place that asked for them. */
      recording: z.enum(['off', 'sampled', 'full']).default('sampled'),
    })
    .optional(),
  peers: z.partialRecord(z.enum(names), z.url()).default({}),
  postgres: Postgres.optional(),
  redis: Redis.optional(),
  /** What its author calls all the rest of this configuration: its fingerprint. */
  specHash: z.string().optional(),
  /** The engine's own section, checked by the engine's schema. */
  engine: z.unknown(),
});

export type ProcessConfig<Own = unknown> = Omit<z.infer<typeof ProcessConfig>, 'engine'> & {
  readonly engine: Own;
  /** Fingerprint of what was really read, whatever `specHash` in it says. */
  readonly readHash: string;
};

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EngineError({
      code: 'NAUT_CONFIG_UNREADABLE',
      message: `cannot read the configuration ${file}: ${(cause as Error).message}`,
      value: file,
      fix: 'NAUTILUS_CONFIG must name a JSON file that this process may read',
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError({
      code: 'NAUT_CONFIG_MALFORMED',
      message: `the configuration ${file} is not JSON: ${(cause as Error).message}`,
      value: file,
      cause,
    });
  }
}

/** Checks a configuration; all mistakes are told at once. @throws EngineError NAUT_CONFIG_INVALID, NAUT_CONFIG_WRONG_SERVICE */
export function parseConfiguration<Own>(
  input: unknown,
  engine: { readonly service: { readonly name: ServiceName }; readonly config: z.ZodType<Own> },
  source = 'the configuration',
): ProcessConfig<Own> {
  const schema = ProcessConfig.extend({ engine: engine.config });
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const issues = describeIssues(input, parsed.error);
    throw new EngineError({
      code: 'NAUT_CONFIG_INVALID',
      message: `${source} of ${engine.service.name} has ${issues.length} mistake${issues.length === 1 ? '' : 's'}`,
      details: issues.map(formatIssue),
      fix: 'correct the named values in the profile and start again',
    });
  }
  if (parsed.data.service !== engine.service.name) {
    throw new EngineError({
      code: 'NAUT_CONFIG_WRONG_SERVICE',
      message: `${source} is for ${parsed.data.service}, this program is ${engine.service.name}`,
      value: parsed.data.service,
      allowed: engine.service.name,
      fix: 'start each engine with its own file',
    });
  }
  const { specHash: _, ...read } = input as Readonly<Record<string, unknown>>;
  return Object.freeze({ ...(parsed.data as Omit<ProcessConfig<Own>, 'readHash'>), readHash: fingerprint(read) });
}

/** Reads and checks the file that NAUTILUS_CONFIG names. */
export function loadConfiguration<Own>(
  engine: { readonly service: { readonly name: ServiceName }; readonly config: z.ZodType<Own> },
  environment: NodeJS.ProcessEnv = process.env,
): ProcessConfig<Own> {
  const file = environment.NAUTILUS_CONFIG;
  if (!file) {
    throw new EngineError({
      code: 'NAUT_CONFIG_MISSING',
      message: `NAUTILUS_CONFIG is not set: ${engine.service.name} does not know its configuration`,
      fix: `NAUTILUS_CONFIG=/path/of/${engine.service.name}.json`,
    });
  }
  return parseConfiguration(readJson(file), engine, file);
}
