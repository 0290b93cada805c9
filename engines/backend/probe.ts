import { connect } from 'node:net';
import { z } from '@nautilus/core/kernel';
import { readJson, reasonOf } from './ask';
import type { DeployedService } from './config';

/** How long a service may take to answer. */
const TIMEOUT_MS = 2000;

/** What of a service a question needs. */
type Asked = Pick<DeployedService, 'name' | 'ask' | 'address'>;

export const ServiceReport = z.object({
  name: z.string(),
  state: z
    .enum(['ready', 'not ready', 'listening', 'unreachable'])
    .describe('listening: takes connections, and cannot be asked for more'),
  reason: z.string().nullable().describe('why it is not ready or cannot be reached, or what it says of itself'),
  latencyMs: z.number().nullable().describe('of the answer just now; null without one'),
  version: z.string().nullable(),
  uptimeSeconds: z.number().nullable(),
  residentBytes: z.number().nullable(),
  domain: z.boolean().nullable().describe('does it do the work that it is named for? null when it did not say'),
});

export type ServiceReport = z.infer<typeof ServiceReport>;

const unknown = { latencyMs: null, version: null, uptimeSeconds: null, residentBytes: null, domain: null } as const;

const Readiness = z.object({ ready: z.boolean(), reason: z.string().optional() });
const Status = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  residentBytes: z.number(),
  engine: z.looseObject({ domain: z.null(), reason: z.string() }).optional().catch(undefined),
});

/** Milliseconds to a tenth. */
const since = (start: number) => Math.round((performance.now() - start) * 10) / 10;

async function askEngine({ name, address }: Asked, timeoutMs: number): Promise<ServiceReport> {
  const start = performance.now();
  const readiness = await readJson(Readiness, `${address}/ready`, timeoutMs);
  if (!readiness) return { name, state: 'unreachable', reason: 'what answers there is no engine', ...unknown };
  const latencyMs = since(start);
  const status = await readJson(Status, `${address}/m4-max/status`, timeoutMs).catch(() => undefined);
  return {
    name,
    state: readiness.ready ? 'ready' : 'not ready',
    reason: readiness.reason ?? status?.engine?.reason ?? null,
    latencyMs,
    version: status?.version ?? null,
    uptimeSeconds: status?.uptimeSeconds ?? null,
    residentBytes: status?.residentBytes ?? null,
    domain: status ? status.engine === undefined : null,
  };
}

async function tryConnection({ name, address }: Asked, timeoutMs: number): Promise<ServiceReport> {
  const { hostname, port } = new URL(address);
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)));
    socket.once('error', reject).once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
  return { name, state: 'listening', reason: null, ...unknown, latencyMs: since(start) };
}

/** Asks one service what it is like now. Never rejects: who does not answer is reported so. */
export async function probe(service: Asked, timeoutMs = TIMEOUT_MS): Promise<ServiceReport> {
  try {
    return await (service.ask === 'engine' ? askEngine(service, timeoutMs) : tryConnection(service, timeoutMs));
  } catch (error) {
    return { name: service.name, state: 'unreachable', reason: reasonOf(error, timeoutMs), ...unknown };
  }
}
