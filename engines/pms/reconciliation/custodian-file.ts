import { PRICE_UNITS } from '@nautilus/core/domain';
import { EngineError } from '@nautilus/core/kernel';
import { type CsvError, parse } from 'csv-parse/sync';
import type { StatementLine } from '../books/events';

/** Columns of a custodian file, in any order. A line without a symbol is about cash. */
const columns = ['account', 'symbol', 'currency', 'quantity', 'as_of', 'settled'] as const;
type Column = (typeof columns)[number];
type Row = Readonly<Record<Column, string>>;

/** Mistakes that are told of one file. */
const MOST_MISTAKES = 20;

/** What each column may hold. */
const allowed: Readonly<Record<Column, { readonly what: string; isGood(row: Row): boolean }>> = {
  account: { what: 'the name of an account', isGood: ({ account }) => account.length > 0 },
  symbol: { what: 'a symbol, or nothing for cash', isGood: ({ symbol }) => symbol.length <= 12 },
  currency: { what: 'three capitals, such as USD', isGood: ({ currency }) => /^[A-Z]{3}$/.test(currency) },
  quantity: {
    what: 'whole shares, or for cash an amount with at most four decimals, both up to 2^53 units',
    isGood: (row) =>
      (row.symbol === '' ? /^-?\d+(\.\d{1,4})?$/ : /^-?\d+$/).test(row.quantity) &&
      Number.isSafeInteger(quantityOf(row)),
  },
  as_of: {
    what: 'a day as YYYY-MM-DD',
    isGood: ({ as_of: day }) => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)),
  },
  settled: { what: 'yes or no', isGood: ({ settled }) => settled === 'yes' || settled === 'no' },
};

const quantityOf = ({ symbol, quantity }: Row): number =>
  symbol === '' ? Math.round(Number(quantity) * PRICE_UNITS) : Number(quantity);

/**
 * Reads a custodian's file of holdings and cash. All mistakes are told at once, by line and column.
 * @throws EngineError NAUT_CUSTODIAN_FILE
 */
export function parseCustodianFile(content: string): { readonly asOf: string; readonly lines: StatementLine[] } {
  const mistakes: string[] = [];
  const lines: StatementLine[] = [];
  const days = new Set<string>();
  for (const { line, row } of rowsOf(content)) {
    const before = mistakes.length;
    for (const column of columns)
      if (!allowed[column].isGood(row))
        mistakes.push(`line ${line}, column ${column}: "${row[column]}"; allowed: ${allowed[column].what}`);
    if (mistakes.length > before) continue;
    days.add(row.as_of);
    if (days.size > 1)
      mistakes.push(
        `line ${line}, column as_of: "${row.as_of}"; allowed: the day of the lines before, ${[...days][0]}`,
      );
    lines.push({
      line,
      account: row.account,
      symbol: row.symbol === '' ? null : row.symbol,
      currency: row.currency,
      quantity: quantityOf(row),
      settled: row.settled === 'yes',
    });
  }
  if (mistakes.length > 0) throw malformed(mistakes);
  const [asOf] = days;
  if (asOf === undefined) throw malformed(['line 2: nothing; allowed: at least one line of holdings or cash']);
  return { asOf, lines };
}

function rowsOf(content: string): { readonly line: number; readonly row: Row }[] {
  let header: readonly string[] = [];
  try {
    const rows = parse(content, {
      bom: true,
      columns: (names: string[]) => (header = names),
      info: true,
      trim: true,
      skip_empty_lines: true,
    }) as unknown as { readonly record: Row; readonly info: { readonly lines: number } }[];
    const missing = columns.filter((column) => !header.includes(column));
    if (missing.length > 0)
      throw malformed([`line 1: ${header.join(',') || 'nothing'}; missing: ${missing.join(', ')}`]);
    return rows.map(({ record, info }) => ({ line: info.lines, row: record }));
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const { message, lines, column } = error as CsvError & { lines?: number; column?: string | number };
    throw malformed([`line ${lines ?? 1}${column == null ? '' : `, column ${column}`}: ${message}`]);
  }
}

const malformed = (mistakes: readonly string[]): EngineError =>
  new EngineError({
    status: 422,
    code: 'NAUT_CUSTODIAN_FILE',
    message: `the custodian file has ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}; nothing of it was taken`,
    details: mistakes.slice(0, MOST_MISTAKES),
    allowed: `the columns ${columns.join(',')}`,
    fix: 'correct the lines and send the whole file again',
  });
