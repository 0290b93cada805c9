import { z } from '@nautilus/core/kernel';

const Service = z.strictObject({
  name: z.string().min(1),
  /** `engine`: asked over HTTP what it is and whether it is ready; `connection`: only whether it takes one. */
  ask: z.enum(['engine', 'connection']),
  /** Base address: `http://host:port`. */
  address: z.url(),
  /** CPUs that the profile gives it. */
  cpus: z.number().positive(),
});

/** The `engine` section of the process configuration. */
export const BackendConfig = z.strictObject({
  services: z.array(Service),
  /** Base address of the native agent on the host. */
  hostAgent: z.url(),
  benchmark: z.strictObject({
    /** Bytes that the benchmark copies at a time; it holds twice as many. */
    copyBytes: z.int().min(1),
  }),
});

export type BackendConfig = z.infer<typeof BackendConfig>;
export type DeployedService = z.infer<typeof Service>;
