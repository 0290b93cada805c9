/**
 * A table for a terminal: columns as wide as their widest cell.
 * @param right columns that are set to the right; @default those of numbers
 */
export function table(
  rows: readonly (readonly (string | number)[])[],
  header: readonly string[],
  { right }: { readonly right?: readonly number[] } = {},
): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const toTheRight = header.map((_, column) =>
    right ? right.includes(column) : rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          toTheRight[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
