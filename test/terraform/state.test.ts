import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type StateSettings, stateSettings } from '@nautilus/config';
import { TerraformStack } from '@nautilus/operations/terraform';
import { temporaryFolder } from '../synth/support/synthesis';
import { StateServer } from './state-server';

const present = (program: string) => spawnSync(program, ['version'], { encoding: 'utf8' }).status === 0;
const programs = ['terraform', 'tofu'].filter(present);
if (programs.length === 0)
  process.stderr.write('the state tests cannot run here: neither terraform nor tofu is installed\n');
if (!programs.includes('tofu')) process.stderr.write('the state tests run without OpenTofu: no tofu on the PATH\n');
const rung = programs.length === 0 ? describe.skip : describe;
jest.setTimeout(120_000);

/** A stack of one object that needs no provider, in the place that a profile would name. */
function stackIn(folder: string, kind: string, settings: StateSettings, program: string): TerraformStack {
  mkdirSync(folder, { recursive: true });
  const own = kind === 'local' ? settings : stateSettings({ kind, settings }, 'desk', 'trading');
  const configuration = {
    terraform: { backend: { [kind]: own } },
    resource: { terraform_data: { oms: { input: 'first' } } },
  };
  writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(configuration));
  return new TerraformStack({
    name: 'trading',
    folder,
    env: { ...process.env, TERRAFORM_BINARY_NAME: program },
  });
}

const mount = (folder: string, size: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;

/** A disk of our own to fill. */
function canMount(): boolean {
  const folder = temporaryFolder();
  return process.platform === 'linux' && mount(folder, '64k') && spawnSync('umount', [folder]).status === 0;
}
const mountable = canMount();
if (!mountable) process.stderr.write('the full disk is not tested here: no file system may be mounted\n');

rung.each(programs)('the state of a stack, with %s', (program) => {
  let server: StateServer;
  let address: string;
  const place = '/state/desk/trading';
  beforeEach(async () => {
    server = new StateServer();
    address = `${await server.listen()}/state`;
  });
  afterEach(() => server.close());

  const changes = async (stack: TerraformStack) => {
    await stack.init();
    return (await stack.plan()).changes.map(({ action }) => action);
  };

  test('a look plans what was deployed, beside a newer synthesis, and touches neither its state nor its folder', async () => {
    const [work, record] = [temporaryFolder(), temporaryFolder()];
    const state = path.join(temporaryFolder(), 'trading.tfstate');
    const deployed = stackIn(work, 'local', { path: state }, program);
    await deployed.init();
    await deployed.plan();
    await deployed.apply();
    const kept = stackIn(record, 'local', { path: state }, program);
    symlinkSync(path.join(work, '.terraform'), path.join(record, '.terraform'));
    const before = readFileSync(state, 'utf8');
    expect((await kept.look()).changes).toEqual([]);

    const file = path.join(record, 'cdk.tf.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('first', 'second'));
    writeFileSync(path.join(record, 'errored.tfstate'), 'of an apply that could not write its state');
    expect((await kept.look()).changes.map(({ action }) => action)).toEqual(['update']);

    // Whoever cleans up the synthesis takes its providers along: the record gets its own.
    rmSync(path.join(work, '.terraform'), { recursive: true });
    expect((await kept.look()).changes.map(({ action }) => action)).toEqual(['update']);
    expect(existsSync(path.join(work, '.terraform'))).toBe(false);
    expect(existsSync(path.join(record, 'errored.tfstate'))).toBe(true);
    expect(readFileSync(state, 'utf8')).toBe(before);
  });

  test('is kept by an http server under the name of the stack, locked while it is written, and the second plan is empty', async () => {
    const stack = stackIn(temporaryFolder(), 'http', { address }, program);
    expect(await changes(stack)).toEqual(['create']);
    await stack.apply();
    expect(JSON.parse(server.states.get(place) ?? '{}').resources).toHaveLength(1);
    expect(server.locks.size).toBe(0);
    expect(await changes(stack)).toEqual([]);
  });

  test('that somebody else works on is told with how to release it', async () => {
    const stack = stackIn(temporaryFolder(), 'http', { address }, program);
    await stack.init();
    const info = { ID: '7f6c', Operation: 'apply', Who: 'trader@desk', Created: '2026-01-01T00:00:00Z', Path: '' };
    server.locks.set(place, JSON.stringify(info));
    await expect(stack.plan({ lockTimeoutSeconds: 1 })).rejects.toMatchObject({
      code: 'NAUT_STATE_LOCKED',
      fix: expect.stringMatching(/wait for the other one.*force-unlock 7f6c/),
    });
  });

  test('follows to another place on demand, and only then', async () => {
    const folder = temporaryFolder();
    const file = path.join(temporaryFolder(), 'trading.tfstate');
    const before = stackIn(folder, 'local', { path: file }, program);
    await changes(before);
    await before.apply();
    const after = stackIn(folder, 'http', { address }, program);
    await expect(after.init()).rejects.toMatchObject({
      code: 'NAUT_STATE_ELSEWHERE',
      fix: expect.stringContaining('--move-state'),
    });
    expect(server.states.size).toBe(0);
    await after.init({ moveState: true });
    expect(await changes(after)).toEqual([]);
  });

  test('is not moved over one that is in the new place already', async () => {
    const elsewhere = stackIn(temporaryFolder(), 'http', { address }, program);
    await changes(elsewhere);
    await elsewhere.apply();
    const { lineage } = JSON.parse(server.states.get(place) ?? '{}') as { lineage: string };
    const folder = temporaryFolder();
    const own = stackIn(folder, 'local', { path: path.join(temporaryFolder(), 'trading.tfstate') }, program);
    await changes(own);
    await own.apply();
    await stackIn(folder, 'http', { address }, program).init({ moveState: true });
    expect(JSON.parse(server.states.get(place) ?? '{}')).toMatchObject({ lineage });
  });

  test('that could not be written at the end of an apply goes where it belongs before the next plan', async () => {
    const folder = temporaryFolder();
    const stack = stackIn(folder, 'http', { address }, program);
    await changes(stack);
    await stack.apply();
    const kept = server.states.get(place) ?? '';
    const { serial } = JSON.parse(kept) as { serial: number };
    writeFileSync(path.join(folder, 'errored.tfstate'), kept.replace(`"serial": ${serial}`, `"serial": ${serial + 1}`));
    server.states.delete(place);
    expect(await changes(stack)).toEqual([]);
    expect(existsSync(path.join(folder, 'errored.tfstate'))).toBe(false);
  });

  (mountable ? test : test.skip)(
    'that finds a full disk is written once there is room, and nothing is made twice',
    async () => {
      const disk = temporaryFolder();
      mount(disk, '64k');
      try {
        const stack = stackIn(temporaryFolder(), 'local', { path: path.join(disk, 'trading.tfstate') }, program);
        await changes(stack);
        writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(60 * 1024));
        expect(await changes(stack)).toEqual(['create']);
        await expect(stack.apply()).rejects.toMatchObject({
          code: 'NAUT_DISK_FULL',
          fix: expect.stringContaining('make room'),
        });
        rmSync(path.join(disk, 'ballast'));
        expect(await changes(stack)).toEqual([]);
      } finally {
        spawnSync('umount', [disk]);
      }
    },
  );

  test('of an apply that was killed is not lost: what was done stays done, the next plan goes on', async () => {
    const folder = temporaryFolder();
    const file = path.join(temporaryFolder(), 'trading.tfstate');
    const slow = stackIn(folder, 'local', { path: file }, program);
    const configuration = JSON.parse(readFileSync(path.join(folder, 'cdk.tf.json'), 'utf8'));
    configuration.resource.terraform_data.slow = {
      depends_on: ['terraform_data.oms'],
      provisioner: { 'local-exec': { command: `echo $PPID > '${folder}/pid'; sleep 60` } },
    };
    writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(configuration));
    expect(await changes(slow)).toEqual(['create', 'create']);
    const applying = slow.apply();
    const caught = applying.catch((error: unknown) => error);
    await until(() => existsSync(path.join(folder, 'pid')) && readFileSync(path.join(folder, 'pid'), 'utf8') !== '');
    process.kill(Number(readFileSync(path.join(folder, 'pid'), 'utf8')), 'SIGKILL');
    expect(await caught).toMatchObject({ code: 'NAUT_INTERRUPTED' });

    delete configuration.resource.terraform_data.slow;
    writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(configuration));
    await slow.init();
    const plan = await slow.plan();
    expect(plan.changes.length === 0 || plan.unfinished).toBe(true);
    await slow.apply();
    expect(await changes(slow)).toEqual([]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}
