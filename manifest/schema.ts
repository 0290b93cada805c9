import * as z from 'zod';

/** The version of the manifest's shape: a reader refuses another one. */
export const manifestVersion = 2;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().nonnegative();

/** One thing that must be true of the running service, and why. */
const ExpectationSchema = z.strictObject({
  /** Who can be asked: a service, a container, a network. */
  subject: z.enum([
    'container',
    'postgres',
    'postgres-role',
    'postgres-extension',
    'postgres-schema',
    'redis',
    'engine',
    'nginx',
    'prometheus',
    'grafana',
    'grafana-object',
    'redis-exporter',
    'postgres-exporter',
    'network',
    'volume',
  ]),
  /** Name of the setting in the subject's own words: shared_buffers, maxmemory, HostConfig.Memory, eth0.mtu. */
  setting: z.string().min(1),
  value: z.union([z.string(), z.number(), z.boolean()]),
  /** `bytes`, `ms`, `cores`, `count`…; absent for texts and switches. */
  unit: z.string().optional(),
  /** The value in the subject's own dialect, as it is configured: 4GB, 4gb, 90d. */
  written: z.string().optional(),
  /** Allowed values around the declared one, where something else may move it. */
  band: z.strictObject({ min: z.number(), max: z.number() }).optional(),
  reason: z.string().min(1),
  source: z.string().min(1),
  /** What the requirements ask for where it is something else, and why it is not done. */
  requirement: z.strictObject({ value: z.string().min(1), why: z.string().min(1) }).optional(),
  /** Module of the server without which it has no such setting: expected only where the running server has it. */
  onlyWith: z.string().min(1).optional(),
});

/** How a service takes a new value that is in force already. */
const ReloadSchema = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('file') }),
  z.strictObject({ how: z.literal('signal'), signal: z.literal('SIGHUP') }),
  z.strictObject({ how: z.literal('restart') }),
]);

/** A file of the secrets volume: never its value. */
const ManifestSecretSchema = z.strictObject({
  file: z.string(),
  /** Service that it guards. */
  service: z.string(),
  /** Services whose containers may read it. */
  readers: z.array(z.string()),
  /** How a new value comes into force. */
  rotation: z.discriminatedUnion('how', [
    z.strictObject({
      how: z.literal('command'),
      /** Run in the container of `service` while the new value stands in `<file>.next`. */
      argv: z.array(z.string()).min(1),
      service: z.string(),
      afterwards: ReloadSchema,
    }),
    ...ReloadSchema.options,
    z.strictObject({ how: z.literal('derived') }),
    z.strictObject({ how: z.literal('kept') }),
  ]),
});

const texts = z.record(z.string(), z.string());

/** What Docker was asked for, a container at a time. Absent: not asked for, so the image's own or Docker's default. */
const ManifestContainerSchema = z.strictObject({
  name: z.string(),
  stack: z.string(),
  container: z.string(),
  /** Reference; what it stands for is asked of the engine. */
  image: z.string(),
  labels: texts,
  /** Nothing secret: secrets are files. */
  env: texts,
  hostname: z.string().optional(),
  user: z.string(),
  /** Groups besides the user's own. */
  groups: z.array(z.string()),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  readOnly: z.boolean(),
  privileged: z.boolean(),
  init: z.boolean(),
  securityOptions: z.array(z.string()),
  capabilities: z.strictObject({ drop: z.array(z.string()), add: z.array(z.string()) }),
  memory: z.strictObject({
    minBytes: bytes,
    limitBytes: bytes,
    maxBytes: bytes,
    /** What may be taken of the limit at the same time, part by part, as far as it is known. */
    worstCase: z.array(z.strictObject({ name: z.string().min(1), bytes })).default([]),
  }),
  /** Memory and swap together: equal to the limit where nothing may be swapped. */
  memorySwapBytes: bytes,
  memoryReservationBytes: bytes.optional(),
  cpus: z.number().positive(),
  cpuShares: z.int().optional(),
  /** Size of /dev/shm. */
  sharedMemoryBytes: bytes.optional(),
  ulimits: z.array(z.strictObject({ name: z.string(), soft: z.int(), hard: z.int() })),
  sysctls: texts,
  /** Mount options by path. */
  tmpfs: texts,
  volumes: z.array(z.strictObject({ volume: z.string(), path: z.string(), readOnly: z.boolean() })),
  /** Absent: no network at all. */
  network: z.strictObject({ name: z.string(), address: z.string(), aliases: z.array(z.string()) }).optional(),
  /** Where the ports can be reached from the host. */
  published: z.array(z.strictObject({ address: z.string(), port: z.int(), target: z.int() })),
  health: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      startPeriod: z.string(),
      retries: z.int(),
    })
    .optional(),
  restart: z.string(),
  stopTimeoutSeconds: z.int().optional(),
  log: z.strictObject({ driver: z.string(), options: texts }),
});

const ManifestServiceSchema = ManifestContainerSchema.extend({
  /** Port inside the container. */
  port: z.int(),
  /** Address in the platform's network. */
  address: z.string(),
  priority: z.string(),
  policy: z.string(),
  expectations: z.array(ExpectationSchema),
});

const ManifestVolumeSchema = z.strictObject({
  name: z.string(),
  stack: z.string(),
  purpose: z.string(),
  /** Is it kept when the platform is destroyed? */
  kept: z.boolean(),
  driver: z.string(),
  options: texts,
  labels: texts,
});

/** Rules that every container keeps, proved at synth, and who is let off one. */
const ManifestSecuritySchema = z.strictObject({
  rules: z.array(z.strictObject({ id: z.string(), about: z.string() })),
  /** Names of all containers that were checked, without the project. */
  containers: z.array(z.string()),
  suppressions: z.array(z.strictObject({ container: z.string(), rule: z.string(), reason: z.string().min(1) })),
});

/** What was declared, in the platform's own terms: `cdktf.out/manifest.json`. */
export const ManifestSchema = z.strictObject({
  version: z.literal(manifestVersion),
  profile: z.strictObject({
    name: z.string(),
    hash,
    /** Where it is an operator's own. */
    file: z.string().optional(),
  }),
  /** Prefix of every container, network and volume. */
  project: z.string(),
  network: z.strictObject({
    name: z.string(),
    subnet: z.string(),
    gateway: z.string(),
    mtu: z.int(),
    bridgeName: z.string(),
    driver: z.string(),
    options: texts,
    labels: texts,
    /** Addresses that Docker gives to nobody, by name. */
    reserved: texts,
    expectations: z.array(ExpectationSchema).default([]),
  }),
  services: z.array(ManifestServiceSchema),
  /** Containers that do their work once, before the services start, and end with 0. */
  oneShots: z.array(ManifestContainerSchema),
  secrets: z.array(ManifestSecretSchema),
  security: ManifestSecuritySchema,
  volumes: z.array(ManifestVolumeSchema),
  /** Stacks in the order in which they are deployed. */
  stacks: z.array(z.strictObject({ name: z.string(), dependsOn: z.array(z.string()) })),
});

export type Expectation = z.output<typeof ExpectationSchema>;
export type ManifestSecret = z.output<typeof ManifestSecretSchema>;
export type ManifestSecurity = z.output<typeof ManifestSecuritySchema>;
export type ManifestService = z.output<typeof ManifestServiceSchema>;
export type ManifestVolume = z.output<typeof ManifestVolumeSchema>;
export type ManifestContainer = z.output<typeof ManifestContainerSchema>;
export type Manifest = z.output<typeof ManifestSchema>;
