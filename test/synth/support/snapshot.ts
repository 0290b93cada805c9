import { stringify } from 'yaml';
import type { StackJson } from './synthesis';

type Attributes = Readonly<Record<string, unknown>>;

/** What is the same in nearly every container; a service states only what it has otherwise. */
const common = [
  'capabilities',
  'init',
  'log_driver',
  'log_opts',
  'must_run',
  'privileged',
  'read_only',
  'restart',
  'security_opts',
  'shm_size',
  'stop_timeout',
  'destroy_grace_seconds',
  'wait',
  'wait_timeout',
] as const;

const isRecord = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Tags and checksums are hashes of what else is shown, or of fixtures. */
const withoutHashes = (text: string) => text.replace(/(?<![\w-])[0-9a-f]{12}([0-9a-f]{52})?(?![\w-])/g, '<hash>');

/** A value as a person compares it: JSON inside a text taken apart, a list of names and values as a map. */
function readable(value: unknown): unknown {
  if (typeof value === 'string') return parsed(value) ?? withoutHashes(value);
  if (Array.isArray(value)) {
    const items = value as unknown[];
    if (items.length > 0 && items.every((item) => isRecord(item) && 'label' in item))
      return Object.fromEntries(
        (items as { label: string; value: string }[]).map((item) => [item.label, readable(item.value)]),
      );
    return items.map(readable);
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, readable(entry)]));
}

function parsed(text: string): unknown {
  if (!/^[[{][\s\S]*[\]}]$/.test(text)) return undefined;
  try {
    return readable(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** `NAME=value` entries as a map. */
const environment = (env: readonly string[]) =>
  Object.fromEntries(
    env.map((entry) => [entry.slice(0, entry.indexOf('=')), readable(entry.slice(entry.indexOf('=') + 1))]),
  );

/** `-c`, `name=value` in one line each. */
const joined = (command: readonly string[]) =>
  command.reduce<string[]>((lines, argument) => {
    if (lines.at(-1) === '-c') lines[lines.length - 1] = `-c ${argument}`;
    else lines.push(argument);
    return lines;
  }, []);

/** Of a dashboard, what somebody sees: its panels and what they ask. The rest is how Grafana draws. */
function dashboard(config: string): unknown {
  const { uid, title, panels = [] } = JSON.parse(config) as { uid: string; title: string; panels?: Panel[] };
  const inRows = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return {
    uid,
    title,
    panels: inRows.map((panel) => ({
      [panel.title ?? panel.type]: (panel.targets ?? []).map(({ expr }) => expr),
    })),
  };
}
interface Panel {
  readonly title?: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly Panel[];
}

function resource(type: string, { '//': _, ...attributes }: Attributes): Attributes {
  const shown: Record<string, unknown> = { ...attributes };
  if (type === 'grafana_dashboard')
    return { ...(readable(shown) as Attributes), config_json: dashboard(String(shown.config_json)) };
  const result = readable(shown) as Record<string, unknown>;
  if (Array.isArray(shown.env)) result.env = environment(shown.env as string[]);
  if (Array.isArray(shown.command))
    result.command = joined((shown.command as string[]).map((text) => String(withoutHashes(text))));
  return result;
}

/** The value that most containers have. */
function usual(values: readonly unknown[]): unknown {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1);
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most?.[0] === undefined ? undefined : JSON.parse(most[0]);
}

/** Every resource of every stack, by file: one for each service, for what all containers have, and for what serves them all. */
export function snapshotFiles(stacks: ReadonlyMap<string, StackJson>): Map<string, Record<string, Attributes>> {
  const all = [...stacks].flatMap(([stack, { resource: types = {} }]) =>
    Object.entries(types).flatMap(([type, resources]) =>
      Object.entries(resources).map(([name, attributes]) => ({ stack, type, name, shown: resource(type, attributes) })),
    ),
  );
  const containers = all.filter(({ type }) => type === 'docker_container');
  const every = Object.fromEntries(
    common
      .map((key) => [key, usual(containers.map(({ shown }) => shown[key] ?? null))])
      .filter(([, value]) => value !== null),
  );
  // The longest first: redis-exporter is no part of redis.
  const owners = containers.map(({ name }) => name).sort((a, b) => b.length - a.length);

  const files = new Map<string, Record<string, Attributes>>([['every-container', { docker_container: every }]]);
  for (const { stack, type, name, shown } of all) {
    const owner = type.startsWith('grafana_')
      ? 'dashboards'
      : (owners.find((container) => name === container || name.startsWith(`${container}-`)) ?? 'shared');
    const own =
      type === 'docker_container'
        ? Object.fromEntries(
            Object.entries(shown).filter(
              ([key, value]) => !(key in every) || JSON.stringify(value) !== JSON.stringify(every[key]),
            ),
          )
        : shown;
    const file = files.get(owner) ?? {};
    // An image is read by the stack that uses it, and made by another.
    const key = type === 'docker_image' && stack !== 'images' ? `${type}.${name} (in use)` : `${type}.${name}`;
    files.set(owner, { ...file, [key]: own });
  }
  return files;
}

/** A file of a snapshot as text: YAML, so that a program can explain what changed in it. */
export const snapshotText = (file: Readonly<Record<string, Attributes>>): string =>
  stringify(file, { lineWidth: 0, defaultStringType: 'PLAIN', aliasDuplicateObjects: false, sortMapEntries: true });
