import { parse } from 'yaml';

type Resources = Readonly<Record<string, unknown>>;

/** What a change of a resource comes to on the machine. */
const consequences: Readonly<Record<string, string>> = {
  docker_container: 'the container is replaced: one stop and start; what is in its volumes stays',
  docker_image: 'the image is built or pulled before anything stops; who runs it is replaced',
  docker_volume:
    'DATA AT RISK: a changed volume is another volume; prevent_destroy refuses it until the volumes are released',
  docker_network: 'the network is replaced, and every container with it: the whole platform stops and starts',
};
const inGrafana = 'changed in Grafana in place: nothing stops';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Every leaf of a value by its path. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (!isObject(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, entry]) =>
    leaves(entry, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll('\n', ' ⏎ ');
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
};

/** The lines of a text, or of all texts in a list. */
const linesOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.flatMap(linesOf) : typeof value === 'string' ? value.split('\n') : [value];

/** A list of plain values is compared as a set of lines: one that was put in does not shift all others. */
function listChanges(path: string, before: readonly unknown[], after: readonly unknown[]): string[] {
  const [old, fresh] = [before, after].map((list) => list.map((item) => JSON.stringify(item)));
  const gone = before.filter((_, index) => !fresh!.includes(old![index]!));
  const come = after.filter((_, index) => !old!.includes(fresh![index]!));
  const named = (item: unknown) => /^(.*?)[= ]/.exec(String(item).replace(/^-c /, ''))?.[1];
  const pairs = gone.flatMap((item) => {
    const partner = come.find((other) => named(other) !== undefined && named(other) === named(item));
    return partner === undefined ? [] : [[item, partner] as const];
  });
  return [
    ...pairs.map(([item, partner]) => `${path}: ${shown(item)} → ${shown(partner)}`),
    ...gone.filter((item) => !pairs.some(([one]) => one === item)).map((item) => `${path}: without ${shown(item)}`),
    ...come.filter((item) => !pairs.some(([, one]) => one === item)).map((item) => `${path}: with ${shown(item)}`),
  ];
}

function attributeChanges(before: unknown, after: unknown, path = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    if (![...before, ...after].some(isObject)) return listChanges(path, linesOf(before), linesOf(after));
  } else if (isObject(before) && isObject(after) && !Array.isArray(before) && !Array.isArray(after)) {
    const [old, fresh] = [before as Resources, after as Resources];
    return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((key) =>
      attributeChanges(old[key], fresh[key], path === '' ? key : `${path}.${key}`),
    );
  }
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n'))
    return listChanges(path, linesOf(before), linesOf(after));
  if (!isObject(before) && !isObject(after))
    return [
      `${path}: ${before === undefined ? 'nothing' : shown(before)} → ${after === undefined ? 'nothing' : shown(after)}`,
    ];
  const [old, fresh] = [before, after].map((value) => new Map(value === undefined ? [] : leaves(value, path)));
  return [...new Set([...old!.keys(), ...fresh!.keys()])]
    .filter((key) => JSON.stringify(old!.get(key)) !== JSON.stringify(fresh!.get(key)))
    .map(
      (key) =>
        `${key}: ${old!.has(key) ? shown(old!.get(key)) : 'nothing'} → ${fresh!.has(key) ? shown(fresh!.get(key)) : 'nothing'}`,
    );
}

/** Some changes are more than their text: what a person should know of them. */
function remark(line: string): string | undefined {
  const [, path = '', from = '', to = ''] = /^([\w.[\]-]+): (.*) → (.*)$/.exec(line) ?? [];
  const [old, fresh] = [Number(from), Number(to)];
  if (path === 'memory' && old > 0 && fresh > 0)
    return fresh < old ? `${old - fresh} MiB less` : `${fresh - old} MiB more`;
  if (path === 'cpus' && old > 0 && fresh > 0) return fresh < old ? 'slower when all want at once' : undefined;
  if (path === 'user') return 'files in its volumes belong to the old user';
  if (/^mounts\[\d+\]\.(source|target)$/.test(path)) return 'it no longer sees what is in the old place';
  if (/^ports\[\d+\]\.(external|ip)$/.test(path)) return 'who connects from outside must know';
  return undefined;
}

/** One resource, changed, made or removed, in words; nothing when it is the same. */
function resourceChange(address: string, before: unknown, after: unknown): string[] {
  const type = address.split('.')[0]!;
  const consequence = type.startsWith('grafana_') ? inGrafana : (consequences[type] ?? 'it is changed');
  if (before === undefined) return [`+ ${address}: made`];
  if (after === undefined)
    return [`- ${address}: removed${type === 'docker_volume' ? '; DATA AT RISK: all that is in it' : ''}`];
  const changes = attributeChanges(before, after);
  if (changes.length === 0) return [];
  const lines = changes.map((line) => {
    const known = remark(line);
    return `    ${line}${known ? ` (${known})` : ''}`;
  });
  return [`~ ${address}: ${consequence}`, ...lines];
}

/**
 * A changed snapshot file as a plan in words: which resource, which attribute from what to what, and what it comes to.
 * Undefined texts are files that there were not, or are no more.
 */
export function explainChange(before: string | undefined, after: string | undefined): string[] {
  const [old, fresh] = [before, after].map((text) =>
    text === undefined ? {} : ((parse(text) as Resources | null) ?? {}),
  );
  const addresses = [...new Set([...Object.keys(old!), ...Object.keys(fresh!)])].sort();
  return addresses.flatMap((address) => resourceChange(address, old![address], fresh![address]));
}
