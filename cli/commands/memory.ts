import { installationRoot, NautilusError } from '@nautilus/config';
import { Option } from 'commander';
import { Exit, type Register } from '../command';
import { askEngine, engineAddresses } from '../engines';
import { profileOption, wholeNumber } from '../option';
import { printJson } from '../output/json';
import { table } from '../output/table';

interface Place {
  readonly profile: string;
  readonly engine?: string;
  readonly json?: boolean;
}

interface Pool {
  readonly name: string;
  readonly region: string;
  readonly strategy: string;
  readonly opened: boolean;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly peakBytes: number;
  readonly largestFreeBytes: number;
  readonly fragmentation: number;
  readonly blocks: number;
  readonly allocations: number;
  readonly failures: number;
  readonly pressure: string;
}

interface Site {
  readonly site: string;
  readonly callers: readonly string[];
  readonly pool: string;
  readonly blocks: number;
  readonly bytes: number;
  readonly allocations: number;
  readonly oldestMs: number | null;
}

interface Memory {
  readonly budgetBytes: number;
  readonly usedBytes: number;
  readonly pressure: string;
  readonly pools: readonly Pool[];
}
interface Profile {
  readonly recording: string;
  readonly sites: readonly Site[];
}
interface Leaks {
  readonly recording: string;
  readonly leaks: readonly (Site & {
    readonly oldBlocks: number;
    readonly oldBytes: number;
    readonly verdict: 'growing' | 'held';
  })[];
}

interface Process {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly arrayBufferBytes: number;
}
interface Buffers {
  readonly buffers: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly kind: string;
    readonly holders: readonly { readonly owner: string; readonly pid: number; readonly alive: boolean }[];
  }[];
}

/** What an engine answers; undefined where it has no memory manager. */
async function ask<T>(engine: string, url: string, init?: RequestInit): Promise<T | undefined> {
  try {
    return await askEngine<T>(engine, url, init);
  } catch (error) {
    if (error instanceof NautilusError && error.code === 'NAUT_MEMORY_NONE') return undefined;
    throw error;
  }
}

const units = ['B', 'KiB', 'MiB', 'GiB'] as const;
function size(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
const age = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(0)} s`);
/** Files of this installation by their path in it. */
const place = (site: string): string => site.replaceAll(`${installationRoot()}/`, '');
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const print = (text: string) => void process.stdout.write(`${text}\n`);

type Told = Process & { readonly pools: { readonly memory: Memory; readonly profile: Profile } | null };

/** One line an engine; `pools` beside what it may put there. */
function printEngines(engines: Readonly<Record<string, Told>>): void {
  const rows = Object.entries(engines).map(([engine, { residentBytes, heapBytes, arrayBufferBytes, pools }]) => [
    engine,
    size(residentBytes),
    size(heapBytes),
    size(arrayBufferBytes),
    pools ? `${size(pools.memory.usedBytes)} of ${size(pools.memory.budgetBytes)}` : '–',
    pools?.memory.pressure ?? '–',
  ]);
  print(`${table(rows, ['engine', 'resident', 'heap', 'buffers', 'pools', 'pressure'], { right: [1, 2, 3, 4] })}\n`);
}

function printBuffers({ buffers }: Buffers): void {
  if (buffers.length === 0) return;
  const rows = buffers.map(({ name, bytes, kind, holders }) => [
    name,
    size(bytes),
    kind,
    holders.map(({ owner, pid, alive }) => `${owner} (${alive ? `process ${pid}` : 'died'})`).join(', '),
  ]);
  print(table(rows, ['shared buffer', 'size', 'kind', 'held by'], { right: [1] }));
}

function printPools(engine: string, memory: Memory, profile: Profile): void {
  const pools = memory.pools
    .filter(({ opened }) => opened)
    .map((pool) => [
      engine,
      pool.name,
      pool.region,
      pool.strategy,
      size(pool.usedBytes),
      size(pool.peakBytes),
      size(pool.capacityBytes),
      percent(pool.fragmentation),
      pool.blocks,
      pool.allocations,
      pool.failures,
      pool.pressure,
    ]);
  const heads = 'engine pool region strategy used peak capacity fragmented blocks allocations failures pressure'.split(
    ' ',
  );
  print(table(pools, heads, { right: [4, 5, 6, 7, 8, 9, 10] }));
  if (profile.recording === 'off') {
    print('sites are not recorded: --record sampled, or full, records them\n');
    return;
  }
  const sites = profile.sites.map((site) => [
    place(site.site),
    site.pool,
    size(site.bytes),
    site.blocks,
    site.allocations,
    age(site.oldestMs),
  ]);
  print(`sites (${profile.recording})`);
  print(`${table(sites, ['site', 'pool', 'held', 'blocks', 'allocations', 'oldest'], { right: [2, 3, 4, 5] })}\n`);
}

async function profile(options: Place & { readonly record?: string }): Promise<number> {
  const engines: Record<string, Told> = {};
  let shared: Buffers | undefined;
  for (const [engine, address] of engineAddresses(options.profile, options.engine)) {
    const memory = await ask<Memory>(engine, `${address}/memory`);
    const body = JSON.stringify({ recording: options.record });
    const headers = { 'content-type': 'application/json' };
    const change = options.record === undefined ? {} : { method: 'PUT', body, headers };
    const sites = memory && (await ask<Profile>(engine, `${address}/memory/profile`, change));
    const { residentBytes, heapBytes, arrayBufferBytes } = await askEngine<Process>(engine, `${address}/m4-max/status`);
    const pools = memory && sites ? { memory, profile: sites } : null;
    engines[engine] = { residentBytes, heapBytes, arrayBufferBytes, pools };
    // All engines of a host see the same.
    shared ??= await askEngine<Buffers>(engine, `${address}/memory/shared`);
  }
  if (options.json) {
    printJson({ engines, sharedBuffers: shared?.buffers ?? [] });
    return Exit.fine;
  }
  printEngines(engines);
  for (const [engine, { pools }] of Object.entries(engines)) if (pools) printPools(engine, pools.memory, pools.profile);
  if (shared) printBuffers(shared);
  return Exit.fine;
}

async function leaks(options: Place & { readonly olderThan: number }): Promise<number> {
  const engines: Record<string, Leaks | null> = {};
  for (const [engine, address] of engineAddresses(options.profile, options.engine))
    engines[engine] =
      (await ask<Leaks>(engine, `${address}/memory/leaks?olderThanSeconds=${options.olderThan}`)) ?? null;
  const grows = Object.values(engines).some((told) => told?.leaks.some(({ verdict }) => verdict === 'growing'));
  if (options.json) printJson({ engines });
  else {
    const rows = Object.entries(engines).flatMap(([engine, told]) =>
      (told?.leaks ?? []).map((leak) => [
        leak.verdict,
        engine,
        place(leak.site),
        leak.pool,
        size(leak.oldBytes),
        leak.oldBlocks,
        age(leak.oldestMs),
      ]),
    );
    const heads = ['verdict', 'engine', 'site', 'pool', 'old', 'blocks', 'oldest'];
    if (rows.length > 0) print(table(rows, heads, { right: [4, 5, 6] }));
    print(
      rows.length === 0
        ? `nothing that is recorded is older than ${options.olderThan} s`
        : grows
          ? 'growing: what these sites take does not come back'
          : 'held: old, but not more and more',
    );
  }
  return grows ? Exit.differs : Exit.fine;
}

/** `nautilus memory profile|leaks`: what the engines hold outside of V8's heap, and who asked for it. */
export const registerMemory: Register = (program, action) => {
  const memory = program.command('memory').description('regions, pools and sites of the running engines’ own memory');
  memory
    .command('profile')
    .description('what each pool holds, and which site asked for it')
    .addOption(profileOption())
    .option('--engine <name>', 'one engine; all without it')
    .addOption(new Option('--record <what>', 'record sites from now on').choices(['off', 'sampled', 'full']))
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus memory profile --engine marketdata --record full\n')
    .action(action(profile));
  memory
    .command('leaks')
    .description('recorded blocks that grow old, by site; exit code 2 when some grow more and more')
    .addOption(profileOption())
    .option('--engine <name>', 'one engine; all without it')
    .addOption(
      new Option('--older-than <seconds>', 'age from which a block counts').argParser(wholeNumber(0, 1e9)).default(60),
    )
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus memory leaks --older-than 300\n')
    .action(action(leaks));
};
