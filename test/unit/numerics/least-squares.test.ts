import { leastSquares, ones, Random } from '../../../engines/core/numerics';

/** Gauss's elimination with row exchanges: a slow and obvious inverse. */
function inverse(matrix: number[][]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    const scale = pivot[column]!;
    for (let j = 0; j < 2 * n; j++) pivot[j]! /= scale;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[column]!;
      for (let j = 0; j < 2 * n; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  return rows.map((row) => row.slice(n));
}

const times = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));

/** By the normal equations and the sandwich as they stand in the textbook. */
function naive(columns: Float64Array[], y: Float64Array) {
  const x = [...y].map((_, i) => columns.map((column) => column[i]!));
  const xt = columns.map((column) => [...column]);
  const bread = inverse(times(xt, x));
  const coefficients = times(
    times(bread, xt),
    [...y].map((value) => [value]),
  ).map(([value]) => value!);
  const residuals = [...y].map((value, i) => value - x[i]!.reduce((sum, xij, j) => sum + xij * coefficients[j]!, 0));
  const meat = times(
    xt,
    x.map((row, i) => row.map((value) => value * residuals[i]! ** 2)),
  );
  const covariance = times(times(bread, meat), bread);
  const correction = y.length / (y.length - columns.length);
  return { coefficients, standardErrors: covariance.map((row, j) => Math.sqrt(row[j]! * correction)) };
}

test('coefficients and robust errors are those of the normal equations and the sandwich formula', () => {
  const random = new Random(1);
  for (let round = 0; round < 50; round++) {
    const n = 20 + random.below(200);
    const k = 1 + random.below(5);
    const columns = [
      ones(n),
      ...Array.from({ length: k }, () => Float64Array.from({ length: n }, () => random.normal())),
    ];
    const y = Float64Array.from({ length: n }, (_, i) =>
      columns.reduce((sum, x, j) => sum + j * x[i]!, random.normal() * (1 + columns[1]![i]! ** 2)),
    );
    const fitted = leastSquares(columns, y)!;
    const expected = naive(columns, y);
    for (let j = 0; j <= k; j++) {
      expect(fitted.coefficients[j]).toBeCloseTo(expected.coefficients[j]!, 9);
      expect(fitted.standardErrors[j]).toBeCloseTo(expected.standardErrors[j]!, 9);
    }
  }
});

test('Longley’s data, which the normal equations get wrong in single precision: the certified values of NIST', () => {
  // itl.nist.gov/div898/strd/lls/data/Longley.shtml
  const rows = [
    [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
    [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
    [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
    [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
    [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
    [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
    [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
    [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
    [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
    [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
    [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
    [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
    [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
    [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
    [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
    [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
  ];
  const column = (j: number) => Float64Array.from(rows, (row) => row[j]!);
  const fitted = leastSquares([ones(16), ...[1, 2, 3, 4, 5, 6].map(column)], column(0))!;
  const certified = [
    -3482258.634596, 15.061872271376, -0.035819179292591, -2.0202298038168, -1.0332268671736, -0.051104105653581,
    1829.1514646136,
  ];
  for (const [j, value] of certified.entries())
    expect(Math.abs(fitted.coefficients[j]! / value - 1)).toBeLessThan(1e-8);
  expect(fitted.rSquared).toBeCloseTo(0.995479004577296, 10);
});

test('what cannot be fitted is null: too few observations, one column twice, a column of zeros', () => {
  const x = Float64Array.of(1, 2, 3, 4);
  expect(leastSquares([ones(2), Float64Array.of(1, 2)], Float64Array.of(1, 2))).toBeNull();
  expect(leastSquares([x, x], Float64Array.of(1, 2, 3, 5))).toBeNull();
  expect(leastSquares([ones(4), new Float64Array(4)], x)).toBeNull();
});
