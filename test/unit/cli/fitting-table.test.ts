import { amount, type Column, fittingTable, whole } from '../../../cli/output/fitting-table';

interface Row {
  readonly name: string;
  readonly price: number | null;
}
const columns: readonly Column<Row>[] = [
  { head: 'name', cell: ({ name }) => name },
  { head: 'in words', cell: () => 'something long about it', spare: 2 },
  { head: 'price', cell: ({ price }) => amount(price), right: true },
  { head: 'also', cell: () => 'short', spare: 1 },
];
const rows = [
  { name: 'first', price: 1234.5 },
  { name: 'second', price: null },
];

test('a wide terminal has every column, and what is unknown is a dash', () => {
  expect(fittingTable(rows, columns, 80).split('\n')).toEqual([
    'name    in words                    price  also',
    'first   something long about it  1,234.50  short',
    'second  something long about it         –  short',
  ]);
});

test.each([
  [47, ['name', 'price', 'also']],
  [23, ['name', 'price', 'also']],
  [22, ['name', 'price']],
  [3, ['name', 'price']],
])('in %i columns the ones that can be spared go, the first to be spared first', (width, heads) => {
  expect(fittingTable(rows, columns, width).split('\n')[0]!.split(/ +/)).toEqual(heads);
});

test('money has two decimals and what a price needs more; shares have none', () => {
  expect([amount(0.1), amount(585.5499), amount(-1e6), amount(null), whole(1000)]).toEqual([
    '0.10',
    '585.5499',
    '-1,000,000.00',
    null,
    '1,000',
  ]);
});
