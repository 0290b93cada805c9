import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { terraformEnvironment, terraformProgram } from '@nautilus/operations/terraform';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A PATH on which these programs are. */
function pathWith(...programs: string[]): string {
  const own = fs.mkdtempSync(path.join(folder, 'path-'));
  for (const program of programs) fs.writeFileSync(path.join(own, program), '', { mode: 0o755 });
  return `/nowhere${path.delimiter}${own}`;
}

test.each([
  [['terraform', 'tofu'], undefined, 'terraform'],
  [['tofu'], undefined, 'tofu'],
  [[], undefined, 'terraform'],
  [['terraform'], '/opt/tofu', '/opt/tofu'],
])('of %j with TERRAFORM_BINARY_NAME %s it is %s', (programs, TERRAFORM_BINARY_NAME, expected) => {
  expect(terraformProgram({ PATH: pathWith(...programs), TERRAFORM_BINARY_NAME })).toBe(expected);
});

test('a variable that must not reach the child is taken out, and a configuration file that is not there', () => {
  const env = { DOCKER_CERT_PATH: '/certificates', TF_CLI_CONFIG_FILE: path.join(folder, 'gone') };
  const child = terraformEnvironment(env, { DOCKER_HOST: 'unix:///engine.sock', DOCKER_CERT_PATH: undefined });
  expect(child).toMatchObject({ DOCKER_HOST: 'unix:///engine.sock', CHECKPOINT_DISABLE: '1' });
  expect(Object.keys(child)).not.toEqual(expect.arrayContaining(['DOCKER_CERT_PATH']));
  expect(Object.keys(child)).not.toEqual(expect.arrayContaining(['TF_CLI_CONFIG_FILE']));
});
