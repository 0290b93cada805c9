import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { catalog } from '@nautilus/config/catalog';
import {
  accountIdentity,
  accountList,
  EngineError,
  instrumentList,
  loadConfiguration,
  parseConfiguration,
  z,
} from '@nautilus/core/kernel';
import { formatError } from '../../../engines/core/kernel/errors';

const engine = { service: catalog.oms, config: z.strictObject({ staleAfterMs: z.number().positive() }) };
const good = {
  service: 'oms',
  profile: 'laptop',
  port: 9010,
  sharedMemory: '/dev/shm/x',
  dataDirectory: '/tmp/x',
  engine: { staleAfterMs: 3000 },
};

function refusal(action: () => unknown): EngineError {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('what is left out gets its default', () => {
  expect(parseConfiguration(good, engine)).toMatchObject({
    host: '127.0.0.1',
    poll: 'yield',
    logLevel: 'info',
    peers: {},
  });
});

test('the hash of what was read is told apart from what the file calls itself', () => {
  const hash = (changes: object) => parseConfiguration({ ...good, ...changes }, engine).readHash;
  expect(hash({ specHash: 'abc' })).toBe(hash({}));
  expect(hash({ specHash: 'abc', engine: { staleAfterMs: 3001 } })).not.toBe(hash({}));
});

test('an unknown key is a mistake, in the frame and in the engine section', () => {
  const error = refusal(() =>
    parseConfiguration({ ...good, colour: 1, engine: { staleAfterMs: 1, shape: 2 } }, engine),
  );
  expect(error.code).toBe('NAUT_CONFIG_INVALID');
  expect(formatError(error)).toMatch(/"colour"/);
  expect(formatError(error)).toMatch(/engine: .*"shape"/);
});

test('a mistake is told with its path, its value and what is allowed', () => {
  const error = refusal(() => parseConfiguration({ ...good, port: 70_000, engine: { staleAfterMs: 'soon' } }, engine));
  expect(error.details).toEqual([
    expect.stringMatching(/^port: .*\(value 70000, allowed <= 65535\)$/),
    expect.stringMatching(/^engine\.staleAfterMs: .*\(value "soon", allowed number\)$/),
  ]);
});

test('the configuration of another service is refused', () => {
  const error = refusal(() => parseConfiguration({ ...good, service: 'pms' }, engine));
  expect(error).toMatchObject({ code: 'NAUT_CONFIG_WRONG_SERVICE', value: 'pms', allowed: 'oms' });
});

describe('the file', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'nautilus-configuration-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const load = (file?: string) => refusal(() => loadConfiguration(engine, { NAUTILUS_CONFIG: file }));

  test('must be named', () => expect(load()).toMatchObject({ code: 'NAUT_CONFIG_MISSING' }));

  test('must be there', () => {
    const file = path.join(directory, 'absent.json');
    expect(load(file)).toMatchObject({ code: 'NAUT_CONFIG_UNREADABLE', value: file });
  });

  test('must be JSON', () => {
    const file = path.join(directory, 'broken.json');
    writeFileSync(file, '{"service":');
    expect(load(file)).toMatchObject({ code: 'NAUT_CONFIG_MALFORMED', value: file });
  });
});

test('two accounts or instruments with one id or name are refused at the second one', () => {
  const accounts = accountList(accountIdentity).safeParse([
    { id: 1, name: 'main' },
    { id: 1, name: 'other' },
    { id: 2, name: 'main' },
  ]);
  expect(accounts.error?.issues.map(({ path }) => path.join('.'))).toEqual(['1.id', '2.name']);
  const apple = { id: 1, symbol: 'AAPL', currency: 'USD', tickSize: 100 };
  const instruments = instrumentList.safeParse([apple, { ...apple, id: 2 }]);
  expect(instruments.error?.issues.map(({ path }) => path.join('.'))).toEqual(['1.symbol']);
});
