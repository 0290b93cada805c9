import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');
let installation: string;

/** An installation with a command and one engine of one line each. */
beforeEach(() => {
  installation = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-bin-'));
  fs.cpSync(path.join(root, 'bin'), path.join(installation, 'bin'), { recursive: true });
  fs.copyFileSync(path.join(root, 'package.json'), path.join(installation, 'package.json'));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(installation, 'node_modules'));
  for (const folder of ['cli', 'engines/echo']) fs.mkdirSync(path.join(installation, folder), { recursive: true });
  fs.copyFileSync(path.join(root, 'cli', 'nautilus.js'), command());
  write('cli/main.ts', "console.log('first');\n");
  write('engines/echo/main.ts', "console.log('echo');\n");
});
afterEach(() => fs.rmSync(installation, { recursive: true, force: true }));

const write = (file: string, text: string) => fs.writeFileSync(path.join(installation, file), text);
const command = () => path.join(installation, 'cli', 'nautilus.js');
const run = (before: string[] = []) =>
  spawnSync(process.execPath, [...before, command()], { cwd: os.tmpdir(), encoding: 'utf8' });
const drafts = () => fs.readdirSync(installation).filter((name) => name.startsWith('.dist-'));

test('the command builds itself, from any folder, and again when a source changed', () => {
  expect(run()).toMatchObject({ status: 0, stdout: 'first\n' });
  write('cli/main.ts', "console.log('the second');\n");
  expect(run()).toMatchObject({ status: 0, stdout: 'the second\n' });
  expect(drafts()).toEqual([]);
});

test('processes that build at once all succeed, and what runs from the bundles never misses one', async () => {
  run();
  const engine = path.join(installation, 'dist', 'engines', 'echo.js');
  const ended: Promise<[number | null, string]>[] = [];
  const start = (file: string) => {
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    ended.push(new Promise((resolve) => child.on('exit', (code) => resolve([code, stderr]))));
  };
  for (let round = 0; round < 4; round++) {
    write('cli/main.ts', `console.log(${'x'.repeat(round).length});\n`.padEnd(40 + round));
    for (let each = 0; each < 3; each++) start(command());
    start(engine);
    await Promise.all(ended);
  }
  expect(await Promise.all(ended)).toEqual(ended.map(() => [0, '']));
  expect(drafts()).toEqual([]);
}, 60_000);

test('without installed packages it says how to install them', () => {
  fs.unlinkSync(path.join(installation, 'node_modules'));
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^NAUT_NOT_INSTALLED {2}.*esbuild/);
  expect(stderr).toMatch(/fix: run `make up`.*`npm ci`\n$/);
});

test('a bundle whose package is missing says how to install it', () => {
  write('cli/main.ts', "eval('require')('embedded-postgres-of-nowhere');\n");
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain("NAUT_NOT_INSTALLED  Cannot find module 'embedded-postgres-of-nowhere'\n  fix: ");
});

test('a mistake in a source is told with its place, and the bundles before it stay', () => {
  run();
  write('engines/echo/main.ts', 'const = 1;\n');
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^NAUT_BUILD_FAILED .*\n {2}engines\/echo\/main\.ts:1:7: .*\n {2}fix: /);
  expect(fs.existsSync(path.join(installation, 'dist', 'nautilus.js'))).toBe(true);
  expect(drafts()).toEqual([]);
});

test('an old Node is told so before anything else is read', () => {
  fs.rmSync(path.join(installation, 'cli', 'main.ts'));
  const old = path.join(installation, 'old.js');
  fs.writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '18.20.1' });\n");
  const { status, stderr } = run(['-r', old]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^NAUT_NODE_TOO_OLD {2}Node 18\.20\.1 .* 20\.19 or later/);
});

describe('bindings of Terraform providers', () => {
  const schema = 'constructs/dashboards/provider/grafana-4.45.1.json';
  const binding = () => path.join(installation, '.gen', 'providers', 'grafana', 'folder', 'index.ts');
  beforeEach(() => {
    fs.mkdirSync(path.join(installation, path.dirname(schema)), { recursive: true });
    fs.copyFileSync(path.join(root, schema), path.join(installation, schema));
    write(
      'main.ts',
      "import { Folder } from './.gen/providers/grafana/folder';\nconsole.log(Folder.tfResourceType);\n",
    );
  });
  const synth = () =>
    spawnSync(process.execPath, [path.join(installation, 'bin', 'synth.js')], { encoding: 'utf8', cwd: os.tmpdir() });

  test('are made before the app is bundled, and again when the schema changed', () => {
    expect(synth()).toMatchObject({ status: 0, stdout: 'grafana_folder\n' });
    const first = fs.statSync(binding()).mtimeMs;
    synth();
    expect(fs.statSync(binding()).mtimeMs).toBe(first);
    write(schema, fs.readFileSync(path.join(root, schema), 'utf8').replaceAll('parent_folder_uid', 'parent_uid'));
    synth();
    expect(fs.readFileSync(binding(), 'utf8')).toContain('parentUid');
    expect(fs.readdirSync(installation).filter((name) => name.startsWith('.gen-'))).toEqual([]);
  }, 60_000);

  test('an install without the generator still has the command, and says what the app needs', () => {
    fs.unlinkSync(path.join(installation, 'node_modules'));
    fs.mkdirSync(path.join(installation, 'node_modules'));
    for (const name of ['esbuild', '@esbuild'])
      fs.symlinkSync(path.join(root, 'node_modules', name), path.join(installation, 'node_modules', name));
    expect(run()).toMatchObject({ status: 0, stdout: 'first\n' });
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^NAUT_NOT_INSTALLED {2}synth needs bindings.*\n {2}fix: run `npm ci`/);
  });
});
