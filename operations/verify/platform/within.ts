import type { Platform } from './platform';

/** Reads again until it is there, or the time is over. */
export async function within<T>(
  { clock }: Platform,
  ms: number,
  read: () => Promise<T>,
  there: (value: T) => boolean,
): Promise<T> {
  const deadline = clock.now() + ms;
  for (;;) {
    const value = await read();
    if (there(value) || clock.now() > deadline) return value;
    await clock.wait(200);
  }
}
