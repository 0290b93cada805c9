import fc from 'fast-check';
import { parseCustodianFile } from '../../../engines/pms/reconciliation/custodian-file';
import { Desk } from './desk';

const HEADER = 'account,symbol,currency,quantity,as_of,settled';
const DAY = '2012-06-21';

/** Books with positions and cash in all places that the file below names. */
function desk(): Desk {
  const desk = Desk.open();
  desk.fill('buy', 300, 5_850_000, { strategy: 1 });
  desk.fill('buy', 200, 5_850_000, { strategy: 2 });
  desk.fill('sell', 50, 600_000, { instrument: 3 });
  desk.fill('buy', 10, 300_000, { instrument: 4 });
  desk.fill('buy', 70, 1_950_000, { account: 7, instrument: 5 });
  desk.apply({ kind: 'cash', id: 'eur', account: 'beta', currency: 'EUR', movement: 'deposit', amount: 250_000 });
  return desk;
}

/** What a custodian that is right says, on the day of the trades. */
const right: readonly string[] = [
  `alpha,AAPL,USD,500,${DAY},no`,
  `alpha,SAP,EUR,-50,${DAY},no`,
  `alpha,MSFT,USD,10,${DAY},no`,
  `alpha,,USD,1000000.25,${DAY},yes`,
  `alpha,,EUR,3000,${DAY},no`,
  `beta,IBM,USD,70,${DAY},yes`,
  `beta,,USD,-13650,${DAY},no`,
  `beta,,EUR,25,${DAY},yes`,
];

let statements = 0;
function send(on: Desk, lines: readonly string[]): void {
  const parsed = parseCustodianFile([HEADER, ...lines].join('\n'));
  on.apply({
    kind: 'statement',
    id: `statement ${++statements}`,
    custodian: 'bank',
    asOf: parsed.asOf,
    lines: parsed.lines,
  });
}
const unresolved = ({ books }: Desk) =>
  books.breaks.all.filter(({ state }) => state !== 'resolved').map(({ id }) => id);
const without = (begin: string) => right.filter((line) => !line.startsWith(begin));

test('books and a custodian that agree have no break', () => {
  const books = desk();
  send(books, right);
  expect(unresolved(books)).toEqual([]);
});

/** What is changed in the right file, and the one break that it must make. */
const injections: readonly (readonly [kind: string, id: string, lines: readonly string[]])[] = [
  ['missing here', 'bank/missing-here/shares/beta/AAPL', [...right, `beta,AAPL,USD,5,${DAY},no`]],
  ['missing there', 'bank/missing-there/shares/alpha/MSFT', without('alpha,MSFT')],
  ['quantity', 'bank/quantity/shares/alpha/AAPL', [...without('alpha,AAPL'), `alpha,AAPL,USD,499,${DAY},no`]],
  [
    'quantity, not settled',
    'bank/missing-here/shares/alpha/AAPL',
    [...without('alpha,AAPL'), `alpha,AAPL,USD,500,${DAY},yes`],
  ],
  ['side', 'bank/side/shares/alpha/SAP', [...without('alpha,SAP'), `alpha,SAP,EUR,50,${DAY},no`]],
  ['currency', 'bank/currency/shares/alpha/AAPL', [...without('alpha,AAPL'), `alpha,AAPL,EUR,500,${DAY},no`]],
  ['cash', 'bank/cash/cash/beta/EUR', [...without('beta,,EUR'), `beta,,EUR,25.0001,${DAY},yes`]],
  ['cash missing there', 'bank/cash-missing-there/cash/beta/EUR', without('beta,,EUR')],
  ['an unknown account', 'bank/unknown-account/shares/gamma/AAPL', [...right, `gamma,AAPL,USD,5,${DAY},no`]],
  ['an unknown symbol', 'bank/unknown-symbol/shares/alpha/XYZ', [...right, `alpha,XYZ,USD,5,${DAY},no`]],
  ['an unknown currency', 'bank/unknown-currency/cash/alpha/CHF', [...right, `alpha,,CHF,5,${DAY},no`]],
  ['a line that is there twice', 'bank/duplicate-line/shares/alpha/AAPL', [...right, `alpha,AAPL,USD,500,${DAY},no`]],
];

test.each(injections)('%s: that break and no other', (_, id, lines) => {
  const books = desk();
  send(books, lines);
  expect(unresolved(books)).toEqual([id]);
});

test('all of them at once, in any order of the lines, are all of them', () => {
  const lines = [
    `beta,AAPL,USD,5,${DAY},no`,
    `alpha,AAPL,USD,499,${DAY},no`,
    `alpha,SAP,EUR,50,${DAY},no`,
    `alpha,,USD,1000000.25,${DAY},yes`,
    `alpha,,EUR,3000,${DAY},no`,
    `beta,IBM,EUR,70,${DAY},yes`,
    `beta,,USD,-13649.99,${DAY},no`,
    `gamma,AAPL,USD,5,${DAY},no`,
    `alpha,XYZ,USD,5,${DAY},no`,
    `alpha,,CHF,5,${DAY},no`,
  ];
  const twice = `alpha,,EUR,3000,${DAY},no`;
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      const books = desk();
      send(books, [...shuffled, twice]);
      expect(unresolved(books).sort()).toEqual(
        [
          'bank/missing-here/shares/beta/AAPL',
          'bank/missing-there/shares/alpha/MSFT',
          'bank/quantity/shares/alpha/AAPL',
          'bank/side/shares/alpha/SAP',
          'bank/currency/shares/beta/IBM',
          'bank/cash/cash/beta/USD',
          'bank/cash-missing-there/cash/beta/EUR',
          'bank/unknown-account/shares/gamma/AAPL',
          'bank/unknown-symbol/shares/alpha/XYZ',
          'bank/unknown-currency/cash/alpha/CHF',
          'bank/duplicate-line/cash/alpha/EUR',
        ].sort(),
      );
    }),
  );
});

describe('the life of a break', () => {
  const wrong = [...without('alpha,AAPL'), `alpha,AAPL,USD,499,${DAY},no`];
  const id = 'bank/quantity/shares/alpha/AAPL';
  const roll = (on: Desk) => on.apply({ kind: 'roll', day: '2012-06-22', next: '2012-06-25', marks: {} });

  test('open, aged when a day ends, explained, resolved by a statement that agrees, and back under the same id', () => {
    const books = desk();
    send(books, wrong);
    expect(books.books.breaks.get(id)).toMatchObject({ state: 'open', ours: 500, theirs: 499, age: 0, since: DAY });
    send(books, wrong);
    expect(books.books.breaks.all).toHaveLength(1);
    roll(books);
    expect(books.books.breaks.get(id)).toMatchObject({ state: 'aged', age: 1 });
    books.apply({ kind: 'explain', break: id, note: 'a transfer is on its way' });
    send(books, wrong);
    expect(books.books.breaks.get(id)).toMatchObject({ state: 'explained', note: 'a transfer is on its way' });
    send(books, right);
    expect(books.books.breaks.get(id)).toMatchObject({ state: 'resolved', changed: '2012-06-22' });
    send(books, wrong);
    expect(books.books.breaks.get(id)).toMatchObject({ state: 'open', returns: 1, age: 0, note: null });
    expect(books.restored().hash()).toBe(books.books.hash());
  });

  test('an explained break whose difference changes is open again', () => {
    const books = desk();
    send(books, wrong);
    books.apply({ kind: 'explain', break: id, note: 'known' });
    send(books, [...without('alpha,AAPL'), `alpha,AAPL,USD,498,${DAY},no`]);
    expect(books.books.breaks.get(id)).toMatchObject({ state: 'open', theirs: 498 });
  });

  test('another custodian says nothing about it', () => {
    const books = desk();
    send(books, wrong);
    const { lines } = parseCustodianFile([HEADER, ...right].join('\n'));
    books.apply({ kind: 'statement', id: 'other', custodian: 'broker', asOf: DAY, lines });
    expect(unresolved(books)).toEqual([id]);
  });

  test.each([
    ['one that is not there', 'bank/cash/cash/alpha/USD', 'NAUT_BREAK_UNKNOWN'],
    ['one that is resolved', id, 'NAUT_BREAK_RESOLVED'],
  ])('%s cannot be explained', (_, one, code) => {
    const books = desk();
    send(books, wrong);
    send(books, right);
    expect(() => books.apply({ kind: 'explain', break: one, note: 'x' })).toThrow(expect.objectContaining({ code }));
  });
});

describe('a custodian file that is malformed is refused whole, with line and column', () => {
  test.each([
    ['no whole shares', `alpha,AAPL,USD,1.5,${DAY},no`, 'line 2, column quantity: "1.5"'],
    ['no number', `alpha,AAPL,USD,many,${DAY},no`, 'line 2, column quantity: "many"'],
    ['too many decimals of cash', `alpha,,USD,1.00001,${DAY},no`, 'line 2, column quantity: "1.00001"'],
    ['beyond exact arithmetic', `alpha,AAPL,USD,9007199254740993,${DAY},no`, 'line 2, column quantity'],
    ['no day', 'alpha,AAPL,USD,1,21.06.2012,no', 'line 2, column as_of: "21.06.2012"'],
    ['two days', `alpha,AAPL,USD,1,${DAY},no\nalpha,SAP,EUR,1,2012-06-22,no`, 'line 3, column as_of: "2012-06-22"'],
    ['no answer', `alpha,AAPL,USD,1,${DAY},maybe`, 'line 2, column settled: "maybe"'],
    ['no account', `,AAPL,USD,1,${DAY},no`, 'line 2, column account: ""'],
    ['a small currency', `alpha,AAPL,usd,1,${DAY},no`, 'line 2, column currency: "usd"'],
    ['a line that is too short', 'alpha,AAPL,USD', 'line 2'],
    ['a quote without an end', `alpha,"AAPL,USD,1,${DAY},no`, 'line 2, column symbol'],
    ['nothing', '', 'line 2: nothing'],
  ])('%s', (_, lines, mistake) => {
    try {
      parseCustodianFile(`${HEADER}\n${lines}`);
    } catch (error) {
      expect(error).toMatchObject({ code: 'NAUT_CUSTODIAN_FILE', details: [expect.stringContaining(mistake)] });
      return;
    }
    throw new Error('it was taken');
  });

  test('a column is missing', () => {
    expect(() => parseCustodianFile(`account,quantity\nalpha,1`)).toThrow(
      expect.objectContaining({
        details: ['line 1: account,quantity; missing: symbol, currency, as_of, settled'],
      }),
    );
  });

  test('columns may stand in any order, after a byte order mark, with line ends of either kind', () => {
    const { lines } = parseCustodianFile(
      `\ufeffquantity,symbol,account,settled,as_of,currency\r\n7,AAPL,alpha,yes,${DAY},USD\r\n`,
    );
    expect(lines).toEqual([{ line: 2, account: 'alpha', symbol: 'AAPL', currency: 'USD', quantity: 7, settled: true }]);
  });
});
