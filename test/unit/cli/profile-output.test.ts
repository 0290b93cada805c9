import { budgetOf, loadProfile, MemorySize, profileNames } from '@nautilus/config';
import fc from 'fast-check';
import { budgetBar, profileJson, profileText } from '../../../cli/output/profile';

const gibibytes = MemorySize.gibibytes;
const barOf = (text: string) => /^\[(.*)\]/.exec(text)?.[1] ?? '';

test('the bar has a part for each claim, what is free and the reserve, as long as their shares', () => {
  const budget = budgetOf(
    { memory: gibibytes(60), pool: gibibytes(50) },
    { oms: gibibytes(10), postgres: gibibytes(20) },
  );
  expect(barOf(budgetBar(budget))).toBe('A'.repeat(20) + 'B'.repeat(10) + '·'.repeat(20) + '░'.repeat(10));
  expect(budgetBar(budget)).toMatch(/A {2}postgres {2}20\.0 GiB {2}33\.3 %/);
});

test('the bar is as long as the memory, whatever the claims', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 21 }), (sizes) => {
      const limits = Object.fromEntries(sizes.map((size, index) => [`service${index}`, MemorySize.mebibytes(size)]));
      const pool = MemorySize.sum(Object.values(limits)).plus(MemorySize.mebibytes(7));
      expect(barOf(budgetBar(budgetOf({ memory: pool.times(1.2), pool }, limits)))).toHaveLength(60);
    }),
  );
});

describe.each(profileNames())('profile %s', (name) => {
  const profile = loadProfile(name);

  test('is shown with every service, its limit and its port', () => {
    const text = profileText(profile);
    for (const service of Object.values(profile.services))
      expect(text).toMatch(
        new RegExp(`${service.name} +${service.claim.memory.limit} .*${service.address} +${service.hostPort}`),
      );
  });

  test('is JSON of plain values: sizes in bytes, nothing lost on the way', () => {
    const shown = profileJson(profile) as { services: { name: string; memory: { limitBytes: number } }[] };
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
    expect(shown.services.map(({ memory }) => memory.limitBytes)).toEqual(
      Object.values(profile.services).map(({ claim }) => claim.memory.limit.bytes),
    );
  });
});
