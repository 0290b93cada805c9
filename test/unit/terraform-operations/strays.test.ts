import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { labels } from '../../../config';
import { DockerClient } from '../../../operations/docker';
import type { StackPlan } from '../../../operations/terraform/stack';
import { leftoverNames, removeLeftovers, requireKnown } from '../../../operations/terraform/strays';
import { removeContainers } from '../../../operations/terraform/sweep';

const ours = (stack: string) => ({
  [labels.project]: 'nautilus',
  [labels.stack]: stack,
  [labels.profile]: 'laptop',
});
const platform = { project: 'nautilus', profile: 'laptop' };
const containers = [
  { Id: '1', Names: ['/nautilus-postgres'], Labels: ours('foundation') },
  { Id: '2', Names: ['/nautilus-oms'], Labels: ours('trading') },
  { Id: '3', Names: ['/nautilus-risk'], Labels: {} },
];
const networks = [{ Id: '4', Name: 'nautilus-network', Labels: ours('foundation'), IPAM: { Config: [] } }];

let folder: string;
let engine: http.Server;
let docker: DockerClient;
const asked: string[] = [];

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-'));
  const socketPath = path.join(folder, 'docker.sock');
  engine = http.createServer(({ method, url }, reply) => {
    const route = url?.split('?')[0];
    if (method !== 'GET') asked.push(`${method} ${route}`);
    reply.end(method === 'GET' ? JSON.stringify(route === '/networks' ? networks : containers) : '');
  });
  await new Promise<void>((done) => engine.listen(socketPath, done));
  docker = new DockerClient({ kind: 'unix', socketPath });
});
afterAll(() => {
  engine.close();
  fs.rmSync(folder, { recursive: true });
});

const plan = (kind: string, name: string, action: 'create' | 'replace' = 'create'): StackPlan[] => [
  { stack: 'trading', changes: [{ address: `docker_${kind}.x`, kind, name, action, differences: [] }] },
];

test('what a plan creates and the engine has already is a lost state when it is ours', async () => {
  for (const [kind, name] of [
    ['container', 'nautilus-oms'],
    ['network', 'nautilus-network'],
  ] as const)
    await expect(requireKnown(docker, platform, plan(kind, name))).rejects.toMatchObject({
      code: 'NAUT_STATE_LOST',
      details: [`${kind} ${name}, deployed with profile laptop`],
    });
});

test('what has our name and not our label is somebody else’s', async () => {
  await expect(requireKnown(docker, platform, plan('container', 'nautilus-risk'))).rejects.toMatchObject({
    code: 'NAUT_NAME_TAKEN',
  });
});

test('what is new or replaced is neither', async () => {
  await requireKnown(docker, platform, plan('container', 'nautilus-pms'));
  await requireKnown(docker, platform, plan('container', 'nautilus-oms', 'replace'));
});

test('what an apply of the stack left that did not end well is told, and removed on demand', async () => {
  const unfinished = [...plan('container', 'nautilus-oms'), ...plan('network', 'nautilus-network')].map((planned) => ({
    ...planned,
    unfinished: true,
  }));
  const leftovers = await requireKnown(docker, platform, unfinished);
  expect(leftoverNames(leftovers)).toEqual(['container nautilus-oms', 'network nautilus-network']);
  asked.length = 0;
  await removeLeftovers(docker, leftovers);
  expect(asked).toEqual(['POST /containers/2/stop', 'DELETE /containers/2', 'DELETE /networks/4']);
  asked.length = 0;
});

test('what another profile deployed is no leftover of this one', async () => {
  const unfinished = plan('container', 'nautilus-oms').map((planned) => ({ ...planned, unfinished: true }));
  await expect(requireKnown(docker, { ...platform, profile: 'ci' }, unfinished)).rejects.toMatchObject({
    code: 'NAUT_STATE_LOST',
  });
});

test('containers are stopped before they are removed, the order path before the database', async () => {
  const two = (await docker.containers()).slice(0, 2);
  expect(await removeContainers(docker, two)).toEqual(['container nautilus-oms', 'container nautilus-postgres']);
  expect(asked).toEqual([
    'POST /containers/2/stop',
    'DELETE /containers/2',
    'POST /containers/1/stop',
    'DELETE /containers/1',
  ]);
});
