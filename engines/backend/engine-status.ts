import { ProcessStatus } from '@nautilus/core/kernel';
import { readJson, reasonOf } from './ask';
import type { DeployedService } from './config';

/** How long an engine may take, ms. */
const TIMEOUT_MS = 2000;

/** What an engine says of itself, or why it says nothing. */
export type EngineStatus = { readonly status: ProcessStatus } | { readonly status: undefined; readonly reason: string };

/** Asks an engine for its status. Never rejects. */
export async function engineStatus(
  { name, address }: Pick<DeployedService, 'name' | 'address'>,
  timeoutMs = TIMEOUT_MS,
): Promise<EngineStatus> {
  try {
    const status = await readJson(ProcessStatus, `${address}/m4-max/status`, timeoutMs);
    return status ? { status } : { status, reason: `${name} answers with no status of this version` };
  } catch (error) {
    return { status: undefined, reason: `${name} does not answer: ${reasonOf(error, timeoutMs)}` };
  }
}

/** Every engine's, asked at the same time, by name. */
export async function engineStatuses(services: readonly DeployedService[]): Promise<ReadonlyMap<string, EngineStatus>> {
  const engines = services.filter(({ ask }) => ask === 'engine');
  return new Map(
    await Promise.all(engines.map(async (service) => [service.name, await engineStatus(service)] as const)),
  );
}
