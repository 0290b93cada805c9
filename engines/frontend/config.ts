import { z } from '@nautilus/core/kernel';

const Route = z.strictObject({
  match: z.enum(['exact', 'prefix']),
  path: z.string().startsWith('/'),
  /** What `path` is replaced by. */
  target: z.url(),
});

/** The `engine` section of the process configuration. */
export const FrontendConfig = z.strictObject({
  /** The API behind the page where there is no gateway before it; none where there is one. */
  routes: z.array(Route).default([]),
});

export type ApiRoute = z.infer<typeof Route>;
