import { table } from './table';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | number | null | undefined;
  /** Numbers, and what reads like one. */
  readonly right?: boolean;
  /** Goes when the terminal is too narrow, the largest number first. @default 0: stays */
  readonly spare?: number;
}

const NOTHING = '–';

/** A table that fits the width: columns that can be spared go until it does. */
export function fittingTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const text = table(
    rows.map((row) => columns.map(({ cell }) => cell(row) ?? NOTHING)),
    columns.map(({ head }) => head),
    { right: columns.flatMap(({ right }, place) => (right ? [place] : [])) },
  );
  const widest = Math.max(...text.split('\n').map((line) => line.length));
  const least = Math.max(...columns.map(({ spare = 0 }) => spare));
  if (widest <= width || least === 0) return text;
  return fittingTable(
    rows,
    columns.filter(({ spare = 0 }) => spare < least),
    width,
  );
}

/** Money and prices as a person reads them. */
export const amount = (value: number | null | undefined, decimals = 2): string | null =>
  value === null || value === undefined
    ? null
    : value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: 4 });

/** Whole numbers, such as shares. */
export const whole = (value: number | null | undefined): string | null =>
  value === null || value === undefined ? null : value.toLocaleString('en-US');

/** Time of day in UTC. */
export const clock = (iso: string): string => iso.slice(11, 19);
