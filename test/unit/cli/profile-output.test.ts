import {
  budgetOf,
  type ContainerClaim,
  CpuCores,
  loadProfile,
  MemorySize,
  profileBudget,
  profileNames,
} from '@nautilus/config';
import fc from 'fast-check';
import { budgetTable, cpuBar, memoryBar } from '../../../cli/output/budget';
import { profileJson, profileText } from '../../../cli/output/profile';

const gibibytes = MemorySize.gibibytes;
const barOf = (text: string) => /^\[(.*)\]/.exec(text)?.[1] ?? '';
const claim = (service: string, limit: MemorySize, cpus = 1): ContainerClaim => ({
  service,
  limit,
  cpus: CpuCores.of(cpus),
});
const capacity = { memory: gibibytes(60), pool: gibibytes(50), cpus: 4, cpuOvercommit: 2 };

test('the bar has a part for each claim, what is free and the reserve, as long as their shares', () => {
  const budget = budgetOf(capacity, [claim('oms', gibibytes(10)), claim('postgres', gibibytes(20))]);
  expect(barOf(memoryBar(budget))).toBe('A'.repeat(20) + 'B'.repeat(10) + '·'.repeat(20) + '░'.repeat(10));
});

test('the CPUs are shown as promised of what may be promised', () => {
  const budget = budgetOf(capacity, [claim('oms', gibibytes(1), 4), claim('ems', gibibytes(1), 2)]);
  expect(barOf(cpuBar(budget))).toBe('█'.repeat(45) + '·'.repeat(15));
  expect(cpuBar(budget)).toContain('6 of 8 CPUs promised (4 × 1.5)');
});

test('the bar is as long as the memory, whatever the claims', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 22 }), (sizes) => {
      const claims = sizes.map((size, index) => claim(`service${index}`, MemorySize.mebibytes(size)));
      const pool = MemorySize.sum(claims.map(({ limit }) => limit)).plus(MemorySize.mebibytes(7));
      expect(barOf(memoryBar(budgetOf({ ...capacity, memory: pool.times(1.2), pool }, claims)))).toHaveLength(60);
    }),
  );
});

test('the table goes claim by claim to what is free and the reserve, with the worst case where it is known', () => {
  const laptop = loadProfile('laptop');
  const lines = budgetTable(laptop, profileBudget(laptop), new Map([['postgres', 1.75 * 2 ** 30]])).split('\n');
  expect(lines[0]).toMatch(/^ +service +memory +share +at worst +band +CPUs +priority +policy$/);
  expect(lines[1]).toMatch(/^A {2}postgres +1\.5 GiB +18\.8 % +1\.8 GiB +1\.0 to 2\.0 GiB +2 {2}high +adaptive$/);
  expect(lines[2]).toMatch(/^B {2}redis +512 MiB +6\.3 % +– +fixed +1 {2}high +guaranteed$/);
  expect(lines.at(-2)).toMatch(/^· {2}free +\d+ MiB +\d\.\d %$/);
  expect(lines.at(-1)).toMatch(/^░ {2}reserve +1\.2 GiB +15\.0 %$/);
  expect(lines.filter((line) => line.includes('runs once'))).toHaveLength(1);
  expect(lines).toHaveLength(1 + 21 + 1 + 2);
});

describe.each(profileNames())('profile %s', (name) => {
  const profile = loadProfile(name);

  test('is shown with every service, its limit, its address and where it is published', () => {
    const text = profileText(profile);
    for (const { name: service, claim: own, address, hostPort, published } of Object.values(profile.services)) {
      expect(text).toMatch(new RegExp(`^ +[A-V] +${service} +${own.memory.limit} `, 'm'));
      const place = published ? `${profile.exposure.address}:${hostPort}` : '–';
      expect(text).toMatch(new RegExp(`^ +${service} +${address} .* ${place}`, 'm'));
    }
  });

  test('is shown in 100 columns', () => {
    const lines = profileText(profile).split('\n');
    // The path of the file is as long as it is.
    expect(lines.filter((line) => line.length > 100 && !line.startsWith('  file '))).toEqual([]);
  });

  test('is JSON of plain values: sizes in bytes, nothing lost on the way', () => {
    const shown = profileJson(profile) as { services: { name: string; memory: { limitBytes: number } }[] };
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
    expect(shown.services.map(({ memory }) => memory.limitBytes)).toEqual(
      Object.values(profile.services).map(({ claim }) => claim.memory.limit.bytes),
    );
  });
});
