import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `read` gives a value; a read that fails is tried again. Fails with what was waited for. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const value = await read();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`, { cause: last });
    await delay(100);
  }
}
