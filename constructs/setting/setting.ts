import { Duration, MemorySize } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';

export type SettingValue = MemorySize | Duration | number | boolean | string;

/** One setting of a server: what it is set to, why, and where that comes from. */
export interface Setting<V extends SettingValue = SettingValue> {
  readonly name: string;
  readonly value: V;
  readonly reason: string;
  readonly source: string;
  /** What the requirements ask for where it is something else, and why it is not done. */
  readonly requirement?: { readonly value: string; readonly why: string };
  /** Module without which the server has no such setting. @default the server itself has it */
  readonly onlyWith?: string;
}

/** Derives one setting from the container's limit and the workload. Pure. */
export type Selector<I, V extends SettingValue = SettingValue> = (input: I) => Setting<V>;

export const selector =
  <I, V extends SettingValue>(name: string, decide: (input: I) => Omit<Setting<V>, 'name'>): Selector<I, V> =>
  (input) => ({ name, ...decide(input) });

/** How a server's configuration writes values. */
export interface Dialect {
  memory(size: MemorySize): string;
  duration(span: Duration): string;
  boolean(value: boolean): string;
}

export function print(value: SettingValue, dialect: Dialect): string {
  if (value instanceof MemorySize) return dialect.memory(value);
  if (value instanceof Duration) return dialect.duration(value);
  if (typeof value === 'boolean') return dialect.boolean(value);
  return String(value);
}

/** The value in base units, so that nobody compares texts: bytes, milliseconds. */
function inBaseUnits(value: SettingValue): Pick<Expectation, 'value' | 'unit'> {
  if (value instanceof MemorySize) return { value: value.bytes, unit: 'bytes' };
  if (value instanceof Duration) return { value: value.milliseconds, unit: 'ms' };
  return { value };
}

/** As a person reads it, for who writes no configuration of their own. */
const readable: Dialect = { memory: String, duration: String, boolean: String };

/**
 * What the live server must answer when it is asked for its settings, and how each is written in its own configuration.
 * @param dialect @default as a person reads it
 */
export function toExpectations(
  settings: readonly Setting[],
  subject: Expectation['subject'],
  dialect: Dialect = readable,
): Expectation[] {
  return settings.map(({ name, value, reason, source, requirement, onlyWith }) => ({
    subject,
    setting: name,
    ...inBaseUnits(value),
    written: print(value, dialect),
    reason,
    source,
    ...(requirement && { requirement }),
    ...(onlyWith && { onlyWith }),
  }));
}
