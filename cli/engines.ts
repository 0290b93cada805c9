import { deployedServices, engineNames, loadProfile, NautilusError } from '@nautilus/config';
import { LocalPlatform, localPaths } from '@nautilus/operations/local';

const PATIENCE_MS = 3000;

/**
 * Engines and their addresses on this machine: of `nautilus local up` when that runs, else the ports that the profile publishes.
 * @throws NautilusError NAUT_ENGINE_UNKNOWN
 */
export function engineAddresses(profile: string, engine?: string): ReadonlyMap<string, string> {
  const isEngine = (service: string) => (engineNames as readonly string[]).includes(service);
  const run = new LocalPlatform(localPaths()).run();
  const all = run
    ? run.services.map((service) => ({ name: service.name as string, port: service.port }))
    : deployedServices(loadProfile(profile)).map((service) => ({ name: service.name, port: service.hostPort.number }));
  const engines = new Map(
    all
      .filter((service) => isEngine(service.name))
      .map((service) => [service.name, `http://127.0.0.1:${service.port}`]),
  );
  if (engine === undefined) return engines;
  const address = engines.get(engine);
  if (address !== undefined) return new Map([[engine, address]]);
  throw new NautilusError({
    code: 'NAUT_ENGINE_UNKNOWN',
    message: `there is no engine "${engine}" in ${run ? 'the local platform' : `profile ${profile}`}`,
    details: [`allowed: ${[...engines.keys()].join(', ')}`],
    fix: 'name one of them, or leave --engine out for all',
  });
}

/** What an engine says of an error. */
interface Refusal {
  readonly code?: `NAUT_${string}`;
  readonly message?: string;
  readonly allowed?: unknown;
  /** A line each where there are several mistakes. */
  readonly details?: unknown;
  readonly fix?: string;
}

/**
 * What an engine answers. An error of the engine's is thrown as it says it.
 * @throws NautilusError NAUT_ENGINE_SILENT, and the engine's own
 */
export async function askEngine<T>(engine: string, url: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new NautilusError({
      code: 'NAUT_ENGINE_SILENT',
      message: `${engine} does not answer at ${url}`,
      fix: 'start the platform (nautilus local up, or nautilus deploy); on a remote Docker host run the command there',
      cause,
    });
  }
  if (response.ok) return (await response.json()) as T;
  const { code, message, allowed, details, fix } = (await response.json().catch(() => ({}))) as Refusal;
  if (code !== undefined && message !== undefined) {
    const may = allowed === undefined ? [] : [`allowed: ${[allowed].flat().join(', ')}`];
    throw new NautilusError({
      code,
      message,
      details: [...(Array.isArray(details) ? details.map(String) : []), ...may],
      fix,
    });
  }
  throw new NautilusError({
    code: 'NAUT_ENGINE_SILENT',
    message: `${engine} answers ${response.status} at ${url}`,
    fix: 'GET /ready of the engine says what it waits for',
  });
}

/** What of these is given, as the query of a URL. */
export const queryOf = (values: Readonly<Record<string, string | number | null | undefined>>): string =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  ).toString();
