import type { z } from '@nautilus/core/kernel';

/** Asks for JSON. Undefined when the answer is something else. Throws when none comes in time. */
export async function readJson<T>(schema: z.ZodType<T>, url: string, timeoutMs: number): Promise<T | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  const parsed = schema.safeParse(await response.json());
  return parsed.success ? parsed.data : undefined;
}

/** Why there was no answer, as the operating system calls it. */
export function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return cause?.code ?? (error as NodeJS.ErrnoException).code ?? message;
}

/** Runs an action once at a time: who asks while it runs gets the same answer. */
export function shared<T>(action: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= action().finally(() => {
      running = undefined;
    });
    return running;
  };
}
