import { EngineError } from '@nautilus/core/kernel';
import type { ApiRoute } from './config';

/** An engine that takes longer counts as gone. */
const TIMEOUT_MS = 10_000;

/** Where a path leads: an exact route before all others, then the longest prefix, as the gateway does it. */
export function targetOf(routes: readonly ApiRoute[], path: string): string | undefined {
  const exact = routes.find((route) => route.match === 'exact' && route.path === path);
  if (exact) return exact.target;
  const prefixes = routes.filter((route) => route.match === 'prefix' && path.startsWith(route.path));
  const longest = prefixes.reduce<ApiRoute | undefined>(
    (best, route) => (best && best.path.length >= route.path.length ? best : route),
    undefined,
  );
  return longest && longest.target + path.slice(longest.path.length);
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The engine's own answer to a call, whatever it is. @throws EngineError NAUT_ROUTE_UNKNOWN, NAUT_ENGINE_UNREACHABLE */
export async function passOn(routes: readonly ApiRoute[], { method, path, query, body }: Call): Promise<Answer> {
  const target = targetOf(routes, path);
  if (!target)
    throw new EngineError({
      status: 404,
      code: 'NAUT_ROUTE_UNKNOWN',
      message: `nothing behind this page serves ${path}`,
      value: path,
      fix:
        routes.length === 0 ? 'the gateway has the API: open the page there' : 'GET /api/v1/platform lists what runs',
    });
  const url = new URL(target);
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) url.searchParams.append(name, value);
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined &&
        body !== null && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  } catch (cause) {
    throw new EngineError({
      status: 502,
      code: 'NAUT_ENGINE_UNREACHABLE',
      message: `no engine answers at ${url.origin}`,
      value: path,
      fix: '`nautilus local status` says what runs',
      cause,
    });
  }
}
