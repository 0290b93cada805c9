import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProfile, type Profile } from '@nautilus/config';
import { synthesis, temporaryFolder } from '../synth/support/synthesis';
import { GrafanaApi } from './grafana-api';

const password = 'a-password-that-only-this-test-has';
const grafana = new GrafanaApi(`admin:${password}`);
const state = temporaryFolder();
const output = temporaryFolder();
const stack = join(output, 'stacks', 'dashboards');
let address: string;

function environment(): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: file, ...rest } = process.env;
  const own = file && existsSync(file) ? { TF_CLI_CONFIG_FILE: file } : {};
  return { ...rest, ...own, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', GRAFANA_AUTH: `admin:${password}` };
}

const fine = { status: 0, errors: [] };
/** Runs beside this process, which is Grafana meanwhile. */
function terraform(...args: string[]): Promise<{ status: number | null; errors: string[] }> {
  return new Promise((resolve) => {
    const child = spawn('terraform', [...args, '-no-color'], { cwd: stack, env: environment() });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        told += part;
      });
    child.on('close', (status) =>
      resolve({ status, errors: told.split('\n').filter((line) => /Error|│|╷/.test(line)) }),
    );
  });
}

/** The stack of a profile, for the Grafana of this test. */
function write(profile: Profile): void {
  synthesis(profile, { output, state });
  const file = join(stack, 'cdk.tf.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as { provider: { grafana: { url: string }[] } };
  json.provider.grafana[0]!.url = address;
  writeFileSync(file, JSON.stringify(json));
}

const laptop = loadProfile('laptop');
const withWebhook: Profile = {
  ...laptop,
  monitoring: { ...laptop.monitoring, alertWebhook: 'https://alerts.example/hook' },
};

function missing(): string | undefined {
  if (spawnSync('terraform', ['version'], { env: environment() }).status !== 0) return 'terraform is not installed';
  synthesis(laptop, { output, state });
  const { status } = spawnSync('terraform', ['init', '-input=false'], { cwd: stack, env: environment() });
  return status === 0 ? undefined : 'terraform init finds no grafana/grafana ~> 4.45 (no registry and no local mirror)';
}

const reason = missing();
if (reason) process.stderr.write(`the dashboards cannot be applied here: ${reason}\n`);
const rung = reason ? describe.skip : describe;

rung('stack dashboards, its provider, and an API that answers as Grafana does', () => {
  beforeAll(async () => {
    address = await grafana.listen();
  });
  afterAll(() => grafana.close());

  const apply = () => terraform('apply', '-auto-approve', '-input=false');
  const planned = () => terraform('plan', '-input=false', '-detailed-exitcode');
  const common = [
    'dashboard nautilus-books',
    'dashboard nautilus-databases',
    'dashboard nautilus-market',
    'dashboard nautilus-memory',
    'dashboard nautilus-order-path',
    'dashboard nautilus-platform',
    'dashboard nautilus-risk',
    'data source nautilus-prometheus',
    'folder nautilus',
    'rules nautilus/Monitoring',
  ];

  test('all of it is applied, and a second plan is empty', async () => {
    write(laptop);
    expect(await apply()).toEqual(fine);
    expect(grafana.content).toEqual([...common, 'mute timing shown only'].sort());
    expect(await planned()).toEqual(fine);
  }, 120_000);

  test('a webhook comes and goes in one apply each', async () => {
    write(withWebhook);
    expect(await apply()).toEqual(fine);
    expect(grafana.content).toEqual([...common, 'contact point operators'].sort());
    expect(await planned()).toEqual(fine);
    write(laptop);
    expect(await apply()).toEqual(fine);
    expect(grafana.content).toEqual([...common, 'mute timing shown only'].sort());
  }, 120_000);

  test('the password is in no state and no file of the stack', () => {
    const { status } = spawnSync('grep', ['-r', '--quiet', '--', password, state, join(stack, 'cdk.tf.json')]);
    expect(status).toBe(1);
  });

  test('destroyed, nothing is left', async () => {
    expect(await terraform('destroy', '-auto-approve', '-input=false')).toEqual(fine);
    expect(grafana.content).toEqual([]);
  }, 120_000);
});
