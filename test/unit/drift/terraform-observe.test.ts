import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stackFolder } from '../../../manifest';
import { DockerClient } from '../../../operations/docker';
import { observeTerraform } from '../../../operations/drift/terraform';
import { manifestOf } from './manifest';

let root: string;
const before = process.env.TERRAFORM_BINARY_NAME;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-look-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true });
  if (before === undefined) delete process.env.TERRAFORM_BINARY_NAME;
  else process.env.TERRAFORM_BINARY_NAME = before;
});

/** A program in terraform's place that notes what it was asked for, and does what the stack's own `does` says. */
function standIn(): void {
  const program = path.join(root, 'terraform');
  fs.writeFileSync(program, `#!/bin/sh\necho "$(basename "$PWD") $1" >> ${root}/asked\n. ./does\n`, { mode: 0o755 });
  process.env.TERRAFORM_BINARY_NAME = program;
}
const asked = () => fs.readFileSync(path.join(root, 'asked'), 'utf8').trim().split('\n').sort();

const docker = new DockerClient({ kind: 'unix', socketPath: '/nowhere' });
const observe = (stacks: Readonly<Record<string, string>>, service?: string) => {
  for (const [name, does] of Object.entries(stacks)) {
    fs.mkdirSync(stackFolder(root, name), { recursive: true });
    fs.writeFileSync(path.join(stackFolder(root, name), 'cdk.tf.json'), '{}');
    fs.writeFileSync(path.join(stackFolder(root, name), 'does'), does);
  }
  const manifest = manifestOf({ stacks: Object.keys(stacks).map((name) => ({ name, dependsOn: [] })) });
  return observeTerraform(docker, { manifest, folder: root }, { service });
};

const update = JSON.stringify({
  resource_changes: [
    {
      address: 'docker_container.risk',
      type: 'docker_container',
      name: 'risk',
      change: { actions: ['update'], before: { name: 'risk', memory: 1 }, after: { name: 'risk', memory: 2 } },
    },
  ],
});

test('a stack without a change is planned and nothing more; of one with a change the plan is read', async () => {
  standIn();
  const { stacks, unread } = await observe({
    storage: 'exit 0',
    trading: `[ "$1" = plan ] && exit 2; echo '${update}'`,
  });
  expect(unread).toEqual([]);
  expect(Object.fromEntries(stacks.map(({ stack, changes }) => [stack, changes.map(({ name }) => name)]))).toEqual({
    storage: [],
    trading: ['risk'],
  });
  expect(asked()).toEqual(['storage plan', 'trading plan', 'trading show']);
});

test('a stack that cannot be planned is unread, the others are read', async () => {
  standIn();
  const { stacks, unread } = await observe({
    storage: 'echo "Error acquiring the state lock" >&2; exit 1',
    edge: 'exit 0',
  });
  expect(stacks.map(({ stack }) => stack)).toEqual(['edge']);
  expect(unread).toEqual([
    {
      layer: 'terraform',
      what: 'stack storage',
      reason: expect.stringContaining('another terraform works on this state'),
    },
  ]);
});

test('without the program every stack is unread', async () => {
  process.env.TERRAFORM_BINARY_NAME = path.join(root, 'nothing');
  const { stacks, unread } = await observe({ storage: '', edge: '' });
  expect(stacks).toEqual([]);
  expect(unread.map(({ what }) => what).sort()).toEqual(['stack edge', 'stack storage']);
});

test('providers that are missing are made ready once, then it is planned', async () => {
  standIn();
  const { unread } = await observe({
    storage: `case "$1" in init) touch ready;; plan) [ -e ready ] || { echo 'please run "terraform init"' >&2; exit 1; };; esac`,
  });
  expect(unread).toEqual([]);
  expect(asked()).toEqual(['storage init', 'storage plan', 'storage plan']);
});
