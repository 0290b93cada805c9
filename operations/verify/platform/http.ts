import { setTimeout as delay } from 'node:timers/promises';
import { Red } from '../check';
import type { Answer, Clock, Request } from './platform';

export const TIMEOUT_MS = 5_000;

/** Why nobody answered, in the operating system's words. */
export function unanswered(url: string, error: unknown, timeoutMs: number): Red {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  const why = name === 'TimeoutError' ? `nothing within ${timeoutMs} ms` : (cause?.code ?? message);
  return new Red('no answer', `${url}: ${why}`);
}

/** One request over HTTP from this machine. @throws Red when nobody answers */
export async function fetched(base: string, path: string, request: Request = {}): Promise<Answer> {
  const { method = 'GET', body, timeoutMs = TIMEOUT_MS } = request;
  try {
    const reply = await fetch(base + path, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: await reply.text() };
  } catch (error) {
    throw unanswered(base + path, error, timeoutMs);
  }
}

export const realTime: Clock = { now: Date.now, wait: (ms) => delay(ms) };

/** Calls `read` at most once; who comes later gets the same answer. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
