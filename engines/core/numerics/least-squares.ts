/** A linear regression y = X·β + ε by ordinary least squares. */
export interface Regression {
  readonly coefficients: Float64Array;
  /** Of each coefficient, right also when the errors' variances differ (White 1980, with MacKinnon and White's HC1 factor n/(n − k)). */
  readonly standardErrors: Float64Array;
  /** 1 − residual / total sum of squares about the mean; about zero when the regression has no constant. */
  readonly rSquared: number;
  readonly residuals: Float64Array;
  readonly observations: number;
}

/**
 * Fits by Householder's QR, which squares no condition number as the normal equations do (Golub and Van Loan, Matrix Computations, 5.3).
 *
 * @param columns the regressors, one array each; the constant is `ones(n)`
 * @returns null when there are fewer observations than needed, or columns that depend on each other
 */
export function leastSquares(columns: readonly Float64Array[], y: Float64Array): Regression | null {
  const k = columns.length;
  const n = y.length;
  if (n <= k) return null;
  const q = columns.map((column) => Float64Array.from(column));
  const rhs = Float64Array.from(y);
  const diagonal = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const v = q[j]!;
    const whole = Math.sqrt(dot(v, v, 0));
    const norm = Math.sqrt(dot(v, v, j));
    if (!(norm > 1e-10 * whole)) return null;
    // R's diagonal; v becomes the reflection's vector from row j on, what is above stays R's column.
    const alpha = v[j]! > 0 ? -norm : norm;
    v[j]! -= alpha;
    diagonal[j] = alpha;
    const squared = dot(v, v, j);
    for (let other = j + 1; other < k; other++) reflect(v, q[other]!, j, squared);
    reflect(v, rhs, j, squared);
  }
  const r = (row: number, column: number): number => (row === column ? diagonal[row]! : q[column]![row]!);
  const coefficients = new Float64Array(k);
  for (let row = k - 1; row >= 0; row--) {
    let sum = rhs[row]!;
    for (let column = row + 1; column < k; column++) sum -= r(row, column) * coefficients[column]!;
    coefficients[row] = sum / r(row, row);
  }
  const residuals = y.map((value, i) => value - columns.reduce((sum, x, j) => sum + x[i]! * coefficients[j]!, 0));
  return {
    coefficients,
    standardErrors: robustErrors(columns, residuals, r),
    rSquared: determination(columns, y, residuals),
    residuals,
    observations: n,
  };
}

export const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function reflect(v: Float64Array, target: Float64Array, from: number, squared: number): void {
  const scale = (2 * dot(v, target, from)) / squared;
  for (let i = from; i < target.length; i++) target[i]! -= scale * v[i]!;
}

/** Square roots of the diagonal of (X'X)⁻¹ X' diag(e²) X (X'X)⁻¹ · n/(n − k), with X'X = R'R: each row x gives (R'R)⁻¹x·e. */
function robustErrors(
  columns: readonly Float64Array[],
  residuals: Float64Array,
  r: (row: number, column: number) => number,
): Float64Array {
  const k = columns.length;
  const n = residuals.length;
  const variances = new Float64Array(k);
  const solved = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    for (let row = 0; row < k; row++) {
      let sum = columns[row]![i]!;
      for (let above = 0; above < row; above++) sum -= r(above, row) * solved[above]!;
      solved[row] = sum / r(row, row);
    }
    for (let row = k - 1; row >= 0; row--) {
      let sum = solved[row]!;
      for (let column = row + 1; column < k; column++) sum -= r(row, column) * solved[column]!;
      solved[row] = sum / r(row, row);
      variances[row]! += (solved[row]! * residuals[i]!) ** 2;
    }
  }
  return variances.map((variance) => Math.sqrt((variance * n) / (n - k)));
}

function determination(columns: readonly Float64Array[], y: Float64Array, residuals: Float64Array): number {
  const constant = columns.some((column) => column.every((value) => value === column[0] && value !== 0));
  const mean = constant ? y.reduce((sum, value) => sum + value, 0) / y.length : 0;
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return total === 0 ? Number.NaN : 1 - dot(residuals, residuals, 0) / total;
}
