import type { Expectation, ManifestContainer, ManifestService } from '@nautilus/manifest';
import { parsed, pathsThatDiffer } from '../drift/document';
import { size } from '../drift/text';
import type { ImageFiles } from '../terraform/image-files';

/** One thing that the profile, or what is built from the sources, asks for in another way than before. */
export interface Reason {
  /** `memory limit`, `configuration: poll`, `setting work_mem`, `image: engine.js changed`. */
  readonly what: string;
  /** Absent where there is nothing short to show. */
  readonly from?: string;
  readonly to?: string;
  /** declaration: it is asked for in another way; hand: what runs is not what was deployed. */
  readonly by: 'declaration' | 'hand';
}

/** A service as it was deployed or is about to be. */
export interface Declared {
  readonly container: ManifestContainer;
  /** Of what its image is built. */
  readonly files: ImageFiles;
}

/** What a container was asked for in another way before. Pure. Empty where nothing was. */
export const reasons = (before: Declared, after: Declared): Reason[] => [
  ...imageReasons(before, after),
  ...settingReasons(before.container, after.container),
  ...environmentReasons(before.container.env, after.container.env),
  ...fieldReasons(before.container, after.container),
];

const LONGEST = 60;

const changed = (what: string, from: unknown, to: unknown): Reason => {
  const [old, fresh] = [written(from), written(to)];
  const short = old.length <= LONGEST && fresh.length <= LONGEST;
  return { what, ...(short && { from: old, to: fresh }), by: 'declaration' };
};

function written(value: unknown): string {
  if (value === undefined || value === '') return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A change of content is a change of the tag, which tells a person nothing: the files do. */
function imageReasons(before: Declared, after: Declared): Reason[] {
  const [from, to] = [before.container.image, after.container.image];
  if (from === to) return [];
  const files = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])];
  const differing = files.filter((file) => before.files[file] !== after.files[file]).sort();
  if (differing.length === 0 || Object.keys(before.files).length === 0) return [changed('image', from, to)];
  const more = differing.length > 3 ? ` and ${differing.length - 3} more` : '';
  return [{ what: `image: ${differing.slice(0, 3).join(', ')}${more} changed`, by: 'declaration' }];
}

/** Settings of servers are told as settings; the command line that they stand on then says nothing more. */
function settingReasons(before: ManifestContainer, after: ManifestContainer): Reason[] {
  const [old, fresh] = [serverSettings(before), serverSettings(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  const settings = names
    .filter((name) => old.get(name) !== fresh.get(name))
    .map((name) => changed(`setting ${name}`, old.get(name), fresh.get(name)));
  const arguments_ = ['command', 'entrypoint'] as const;
  if (settings.length > 0 || !arguments_.some((field) => !same(before[field], after[field]))) return settings;
  return [{ what: 'command line', by: 'declaration' }];
}

/** What a server is told, and not the container or the network around it, which have words of their own. */
function serverSettings(container: ManifestContainer): ReadonlyMap<string, string> {
  const around: ReadonlySet<Expectation['subject']> = new Set(['container', 'network', 'volume', 'engine']);
  const { expectations = [] } = container as Partial<ManifestService>;
  return new Map(
    expectations
      .filter(({ subject }) => !around.has(subject))
      .map(({ setting, value, written: text }) => [setting, text ?? String(value)]),
  );
}

const configuration = 'NAUTILUS_CONFIGURATION';
/** Follows everything else in the configuration. */
const hashOfAll = 'specHash';

function environmentReasons(before: ManifestContainer['env'], after: ManifestContainer['env']): Reason[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => before[name] !== after[name])
    .flatMap((name) => {
      const [from, to] = [before[name], after[name]];
      if (name !== configuration || from === undefined || to === undefined) return [changed(name, from, to)];
      return pathsThatDiffer(parsed(from), parsed(to))
        .filter(({ path }) => path !== hashOfAll)
        .map(({ path, declared, live }) => changed(`configuration: ${path}`, declared, live));
    });
}

type Field = readonly [what: string, of: (container: ManifestContainer) => unknown];

const limit = (bytes: number | undefined) => (bytes === undefined ? undefined : size(bytes));

const fields: readonly Field[] = [
  ['memory limit', ({ memory }) => size(memory.limitBytes)],
  ['memory reservation', ({ memoryReservationBytes }) => limit(memoryReservationBytes)],
  ['swap', ({ memorySwapBytes, memory }) => limit(memorySwapBytes - memory.limitBytes || undefined)],
  ['CPUs', ({ cpus }) => cpus],
  ['CPU shares', ({ cpuShares }) => cpuShares],
  ['shared memory', ({ sharedMemoryBytes }) => limit(sharedMemoryBytes)],
  ['user', ({ user }) => user],
  ['groups', ({ groups }) => groups],
  ['host name', ({ hostname }) => hostname],
  ['read-only root', ({ readOnly }) => readOnly],
  ['privileged', ({ privileged }) => privileged],
  ['init process', ({ init }) => init],
  ['security options', ({ securityOptions }) => securityOptions],
  ['capabilities', ({ capabilities }) => capabilities],
  ['resource limits', ({ ulimits }) => ulimits],
  ['kernel settings', ({ sysctls }) => sysctls],
  ['files in memory', ({ tmpfs }) => tmpfs],
  ['volumes', ({ volumes }) => volumes],
  ['address', ({ network }) => network?.address],
  ['network', ({ network }) => network?.name],
  ['names in the network', ({ network }) => network?.aliases],
  ['published ports', ({ published }) => published.map(({ address, port, target }) => `${address}:${port}->${target}`)],
  ['health check', ({ health }) => health],
  ['restart policy', ({ restart }) => restart],
  ['grace to stop (s)', ({ stopTimeoutSeconds }) => stopTimeoutSeconds],
  ['log', ({ log }) => log],
];

const fieldReasons = (before: ManifestContainer, after: ManifestContainer): Reason[] =>
  fields
    .map(([what, of]) => ({ what, from: of(before), to: of(after) }))
    .filter(({ from, to }) => !same(from, to))
    .map(({ what, from, to }) => changed(what, from, to));

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
