import { interleave } from '../../../bench/harness/sides';

test('sides are measured in turn, the order turns around, ratios are taken repeat by repeat', async () => {
  const order: string[] = [];
  const series = (side: string, values: number[]) => () => {
    order.push(side);
    return values.shift()!;
  };
  const result = await interleave({
    name: 'a toy',
    unit: 'ns',
    repeats: 3,
    sides: { ours: series('ours', [2, 4, 9]), floor: series('floor', [1, 4, 3]) },
    ratios: [
      { of: ['ours', 'floor'], better: 'lower', goal: 1.5 },
      { of: ['floor', 'ours'], better: 'higher', goal: 0.5 },
    ],
  });
  expect(order).toEqual(['ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
  expect(result.figures).toEqual({ ours: { median: 4, min: 2, max: 9 }, floor: { median: 3, min: 1, max: 4 } });
  expect(result.ratios).toEqual([
    { of: ['ours', 'floor'], better: 'lower', goal: 1.5, median: 2, min: 1, max: 3, verdict: 'short' },
    { of: ['floor', 'ours'], better: 'higher', goal: 0.5, median: 0.5, min: 1 / 3, max: 1, verdict: 'reached' },
  ]);
});

test('a side that is not to be had is told with its reason, and its ratios are left out', async () => {
  const { figures, ratios, absent } = await interleave({
    name: 'a toy',
    unit: 'ns',
    repeats: 1,
    sides: { ours: () => ({ p50: 1, p99: 2 }), 'in C': { side: 'in C', reason: 'no C compiler' } },
    ratios: [{ of: ['ours p50', 'in C p50'], better: 'lower', goal: 2 }],
  });
  expect(Object.keys(figures)).toEqual(['ours p50', 'ours p99']);
  expect([ratios, absent]).toEqual([[], [{ side: 'in C', reason: 'no C compiler' }]]);
});
