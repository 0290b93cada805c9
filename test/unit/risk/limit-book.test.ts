import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LimitBook } from '../../../engines/risk/limit-book';
import { Limits } from '../../../engines/risk/limits';

const limits: Limits = {
  maxOrderQuantity: 100,
  maxOrderNotional: 50_000.5,
  maxPosition: 1000,
  collarBasisPoints: 500,
  maxOrdersPerSecond: 10,
};
const config = {
  accounts: [
    { id: 1, name: 'main', limits },
    { id: 2, name: 'constructor', limits },
  ],
  instruments: [{ id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 }],
};
const AT = '2026-01-02T03:04:05.000Z';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'nautilus-limits-'));
  file = path.join(directory, 'limits.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (accounts = config.accounts) => new LimitBook({ ...config, accounts }, file);

test('without changes the configured limits are in force, also for an account named like a property of objects', () => {
  for (const account of open().accounts()) {
    expect(account).toMatchObject({ limits, source: 'configured', changedAt: null, killSwitch: false });
  }
});

test('a change replaces the named limits only, and survives a restart', () => {
  open().change('main', { maxPosition: 7 }, AT);
  expect(open().account('main')).toEqual({
    id: 1,
    name: 'main',
    limits: { ...limits, maxPosition: 7 },
    source: 'changed',
    changedAt: AT,
    killSwitch: false,
  });
  expect(open().account('constructor').limits).toEqual(limits);
});

test('a reset forgets the change for good', () => {
  open().change('main', { maxPosition: 7 }, AT);
  open().reset('main');
  expect(open().account('main')).toMatchObject({ limits, source: 'configured' });
});

test('the switch for all and the switch of an account are independent, and survive a restart', () => {
  open().kill(true);
  open().kill(true, 'main');
  expect(
    open()
      .accounts()
      .map(({ killSwitch }) => killSwitch),
  ).toEqual([true, true]);
  open().kill(false);
  expect(
    open()
      .accounts()
      .map(({ killSwitch }) => killSwitch),
  ).toEqual([true, false]);
  open().kill(false, 'main');
  expect(
    open()
      .accounts()
      .map(({ killSwitch }) => killSwitch),
  ).toEqual([false, false]);
});

test('an unknown account is refused, with the ones that there are', () => {
  const unknown = expect.objectContaining({
    code: 'NAUT_ACCOUNT_UNKNOWN',
    status: 404,
    allowed: ['main', 'constructor'],
  });
  expect(() => open().change('toString', { maxPosition: 1 }, AT)).toThrow(unknown);
  expect(() => open().kill(true, 'nobody')).toThrow(unknown);
});

test('changes of an account that is not configured any more are kept and told', () => {
  open().change('main', { maxPosition: 7 }, AT);
  const without = open(config.accounts.slice(1));
  expect(without.orphans).toEqual(['main']);
  without.kill(true);
  expect(open().account('main').limits.maxPosition).toBe(7);
});

test.each([
  ['cut short', '{"version":1,"limits":{'],
  ['empty', ''],
  ['with a limit that cannot be', '{"version":1,"limits":{"main":{"limits":{"maxPosition":-1},"changedAt":"x"}}}'],
  ['of another version', '{"version":2,"limits":{},"killSwitch":{"all":false,"accounts":[]}}'],
])('a file %s is refused by name: a kill switch is never lost silently', (_, text) => {
  writeFileSync(file, text);
  expect(open).toThrow(
    expect.objectContaining({ code: 'NAUT_STATE_CORRUPT', value: file, message: expect.stringContaining(file) }),
  );
});

describe('when the disk refuses', () => {
  beforeEach(() => open().change('main', { maxPosition: 7 }, AT));
  const refuse = () => mkdirSync(`${file}.new`);
  const unsaved = expect.objectContaining({ code: 'NAUT_STATE_NOT_SAVED', status: 500 });

  test('a change is not in force, and the file is as it was', () => {
    const before = readFileSync(file, 'utf8');
    const book = open();
    refuse();
    expect(() => book.change('main', { maxPosition: 9 }, AT)).toThrow(unsaved);
    expect(book.account('main').limits.maxPosition).toBe(7);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('a kill switch is engaged all the same, and not released', () => {
    const book = open();
    book.kill(true, 'main');
    refuse();
    expect(() => book.kill(true)).toThrow(unsaved);
    expect(book.killSwitchForAll).toBe(true);
    expect(() => book.kill(false, 'main')).toThrow(unsaved);
    expect(book.account('main').killSwitch).toBe(true);
  });
});

test.each([
  0, 0.0001, 2_999_999.9999, 900_719_925_474.0991,
])('a limit of %d in currency is kept to the last digit', (money) => {
  expect(Limits.shape.maxOrderNotional.safeParse(money).success).toBe(true);
});

test.each([1e-9, 100.00001, -1, 1e12])('a limit of %d is refused: the check could not keep it', (money) => {
  expect(Limits.shape.maxOrderNotional.safeParse(money).success).toBe(false);
});
