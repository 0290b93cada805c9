import { NautilusError } from '@nautilus/config';

/** A JSON answer of an engine on this machine; undefined when nobody answers within `timeoutMs`. */
export async function tryGet<T>(url: string, timeoutMs = 1000): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the engine behind this base address says that it is ready, and if not, why. */
export async function readiness(base: string): Promise<{ ready: boolean; reason?: string }> {
  try {
    const response = await fetch(`${base}/ready`, { signal: AbortSignal.timeout(1000) });
    if (response.ok) return { ready: true };
    const body = (await response.json().catch(() => undefined)) as { reason?: string; message?: string } | undefined;
    return { ready: false, reason: body?.reason ?? body?.message ?? `HTTP ${response.status}` };
  } catch {
    return { ready: false, reason: 'does not answer' };
  }
}

/** Sends JSON and returns the answer; an error of the engine becomes one that a person can read. */
export async function post<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as T & { code?: `NAUT_${string}`; message?: string; fix?: string };
  if (response.ok) return answer;
  throw new NautilusError({
    code: answer.code ?? 'NAUT_REFUSED',
    message: answer.message ?? `${url} answered ${response.status}`,
    fix: answer.fix,
  });
}
