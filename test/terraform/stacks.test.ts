import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { synthesis, temporaryFolder } from '../synth/support/synthesis';

/** Environment of terraform: no questions to its maker, no configuration file that does not exist, no Docker engine. */
function environment(): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: file, ...rest } = process.env;
  const own = file && existsSync(file) ? { TF_CLI_CONFIG_FILE: file } : {};
  return { ...rest, ...own, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', DOCKER_HOST: 'tcp://127.0.0.1:1' };
}

function terraform(folder: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync('terraform', args, {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  return { status, output: error ? String(error.message) : `${stdout}${stderr}` };
}

/** What each creates: volumes; images of 21 services and of the secrets; then an image and a container for each service. */
const stacks = { storage: 9, images: 22, foundation: 8, trading: 24, edge: 6, monitoring: 8 } as const;
const state = temporaryFolder();
const { output } = synthesis('ci', { state });
const folder = (stack: string) => join(output, 'stacks', stack);

/** What keeps this machine from the rung, or nothing. */
function missing(): string | undefined {
  if (terraform(output, 'version').status !== 0) return 'terraform is not installed';
  const { status } = terraform(folder('storage'), 'init', '-input=false', '-no-color');
  return status === 0
    ? undefined
    : 'terraform init finds no kreuzwerker/docker ~> 4.5 (no registry and no local mirror)';
}

const reason = missing();
if (reason) process.stderr.write(`the terraform rung cannot run here: ${reason}\n`);
const rung = reason ? describe.skip : describe;

rung.each(Object.entries(stacks))('stack %s', (stack, resources) => {
  beforeAll(() => {
    expect(terraform(folder(stack), 'init', '-input=false', '-no-color')).toMatchObject({ status: 0 });
  }, 60_000);

  test('the provider finds nothing wrong with it', () => {
    const { status, output: told } = terraform(folder(stack), 'validate', '-json');
    expect({ status, diagnostics: JSON.parse(told).diagnostics }).toEqual({ status: 0, diagnostics: [] });
  }, 60_000);

  test('on an empty machine it plans to create all of it, and nothing is asked of Docker', () => {
    const { status, output: told } = terraform(
      folder(stack),
      'plan',
      '-input=false',
      '-no-color',
      '-detailed-exitcode',
    );
    expect(told).toContain(`Plan: ${resources} to add, 0 to change, 0 to destroy.`);
    expect(status).toBe(2);
  }, 60_000);
});
