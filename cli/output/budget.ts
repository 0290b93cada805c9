import { type Budget, MemorySize, type Profile } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { table } from './table';

/** Width of a bar in characters. */
const barWidth = 60;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const mark = (index: number) => letters[index % letters.length]!;

/** What is known of the worst case of each service, in bytes. */
export type WorstCases = ReadonlyMap<string, number>;

export const worstCasesOf = (manifest: Manifest): WorstCases =>
  new Map(
    manifest.services
      .filter(({ memory }) => memory.worstCase.length > 0)
      .map(({ name, memory }) => [name, memory.worstCase.reduce((sum, { bytes }) => sum + bytes, 0)]),
  );

/** Parts of a whole as a bar. Each ends where its share of the whole ends, so that rounding never makes the bar longer or shorter. */
function bar(parts: readonly { readonly mark: string; readonly size: number }[], whole: number): string {
  let sum = 0;
  let drawn = 0;
  return parts
    .map(({ mark: sign, size }) => {
      sum += size;
      const end = Math.min(barWidth, Math.round((sum / whole) * barWidth));
      const width = Math.max(0, end - drawn);
      drawn = Math.max(drawn, end);
      return sign.repeat(width);
    })
    .join('');
}

/** Docker's memory as a bar: a letter a claim, largest first, `·` what is free, `░` the reserve. */
export function memoryBar({ memory, claims, claimed, free, reserve }: Budget): string {
  const parts = [
    ...claims.map(({ limit }, index) => ({ mark: mark(index), size: limit.bytes })),
    { mark: '·', size: free.bytes },
    { mark: '░', size: reserve.bytes },
  ];
  return `[${bar(parts, memory.bytes)}] ${claimed} of ${memory} claimed`;
}

/** What is promised of the CPUs, of what may be. */
export function cpuBar({ cpus }: Budget): string {
  const parts = [
    { mark: '█', size: cpus.promised },
    { mark: '·', size: cpus.allowed - cpus.promised },
  ];
  const times = (cpus.promised / cpus.count).toFixed(1);
  return `[${bar(parts, cpus.allowed)}] ${cpus.promised} of ${cpus.allowed} CPUs promised (${cpus.count} × ${times})`;
}

/** `8 to 20 GiB`: one unit where both have it. */
function band({ min, max }: { readonly min: MemorySize; readonly max: MemorySize }): string {
  if (min.equals(max)) return 'fixed';
  const [low, high] = [min.toString(), max.toString()];
  const [, unit] = high.split(' ');
  return low.endsWith(` ${unit}`) ? `${low.split(' ')[0]} to ${high}` : `${low} to ${high}`;
}

/** Claim by claim, largest first, then what is free and the reserve. */
export function budgetTable(profile: Profile, budget: Budget, worstCases: WorstCases = new Map()): string {
  const share = (size: MemorySize) => `${((size.bytes / budget.memory.bytes) * 100).toFixed(1)} %`;
  const claims = budget.claims.map(({ service, limit, cpus }, index) => {
    const claim = profile.services[service as keyof Profile['services']]?.claim;
    const worst = worstCases.get(service);
    return [
      mark(index),
      service,
      limit.toString(),
      share(limit),
      worst === undefined ? '–' : MemorySize.bytes(worst).toString(),
      claim ? band(claim.memory) : 'runs once',
      cpus.cores,
      claim?.priority ?? '',
      claim?.policy ?? '',
    ];
  });
  const rest = [
    ['·', 'free', budget.free.toString(), share(budget.free)],
    ['░', 'reserve', budget.reserve.toString(), share(budget.reserve)],
  ];
  return table(
    [...claims, ...rest],
    ['', 'service', 'memory', 'share', 'at worst', 'band', 'CPUs', 'priority', 'policy'],
    {
      right: [2, 3, 4, 6],
    },
  );
}
