import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { labels } from '@nautilus/config';
import { stackFolder } from '@nautilus/manifest';
import { DockerClient } from '@nautilus/operations/docker';
import {
  imageAddresses,
  isMadeOfOurs,
  movedImages,
  ownImages,
  requireOwnImages,
} from '../../../operations/terraform/own-images';

interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** The newest first. */
  readonly steps?: readonly string[];
}

/** What the engine has, by reference; `'fails'` is one that does not answer as it should. */
let engineHas: Record<string, Image | 'fails'>;
let asked: string[];
let folder: string;
let engine: http.Server;
let docker: DockerClient;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-'));
  engine = http.createServer(({ url = '', method }, reply) => {
    asked.push(`${method} ${decodeURIComponent(url)}`);
    const [, reference = '', what] = /^\/images\/(.+)\/(json|history)$/.exec(url) ?? [];
    const named = decodeURIComponent(reference);
    const byId = Object.values(engineHas).find((one) => one !== 'fails' && one.id === named);
    const image = engineHas[named] ?? byId;
    if (image === 'fails') return reply.writeHead(500).end('{"message": "no disk"}');
    if (image === undefined) return reply.writeHead(404).end('{"message": "No such image"}');
    const { id, tags, labels: labelled = null, steps = [] } = image;
    if (what === 'history') return reply.end(JSON.stringify(steps.map((CreatedBy) => ({ CreatedBy }))));
    reply.end(JSON.stringify({ Id: id, RepoTags: tags, Config: { Labels: labelled } }));
  });
  const socketPath = path.join(folder, 'docker.sock');
  await new Promise<void>((done) => engine.listen(socketPath, done));
  docker = new DockerClient({ kind: 'unix', socketPath });
});
beforeEach(() => {
  engineHas = {};
  asked = [];
});
afterAll(() => {
  engine.close();
  fs.rmSync(folder, { recursive: true });
});

const risk = { reference: 'nautilus/risk:aa', content: 'a'.repeat(64) };
const oms = { reference: 'nautilus/oms:bb', content: 'b'.repeat(64) };
const redis = 'registry.desk/redis:7';
const built = ({ reference, content }: typeof risk) => ({
  name: reference,
  build: [{ context: 'here' }],
  triggers: { content },
});

/** A synthesis that builds two images and takes a third from its operator's registry. */
function synthesized(): string {
  const output = path.join(folder, 'cdktf.out');
  const stacks = {
    images: { docker_image: { risk: built(risk), oms: built(oms), redis: { name: redis } } },
    trading: { docker_image: { risk: { name: risk.reference }, oms: { name: oms.reference } } },
    storage: { docker_volume: {} },
  };
  for (const [stack, resource] of Object.entries(stacks)) {
    fs.mkdirSync(stackFolder(output, stack), { recursive: true });
    fs.writeFileSync(path.join(stackFolder(output, stack), 'cdk.tf.json'), JSON.stringify({ resource }));
  }
  return output;
}

const step = (content: string) => `/bin/sh -c #(nop)  LABEL ${labels.content}=${content}`;
const asBuilt = ({ reference, content }: typeof risk): Image => ({
  id: `sha256:${content}`,
  tags: [reference],
  labels: { [labels.content]: content },
  steps: [step(content), 'COPY app /app', 'CMD ["bash"]'],
});
const moved = () => movedImages(docker, synthesized());

test('references that stand for what was built were not moved', async () => {
  engineHas = { [risk.reference]: asBuilt(risk), [oms.reference]: asBuilt(oms) };
  expect(await moved()).toEqual([]);
});

test('before the first deployment nothing is there, and nothing was moved', async () => {
  expect(await moved()).toEqual([]);
});

test('another image under our tag is told by the name that it has besides', async () => {
  const other = { id: `sha256:${'5'.repeat(64)}`, tags: [risk.reference, 'redis:7.4-bookworm'] };
  engineHas = { [risk.reference]: other, [oms.reference]: asBuilt(oms) };
  expect(await moved()).toEqual([{ ...risk, live: 'redis:7.4-bookworm (sha256:555555555555)' }]);
});

test('another image that has our tag alone is told by its id', async () => {
  engineHas = { [risk.reference]: { id: `sha256:${'5'.repeat(64)}`, tags: [risk.reference] } };
  expect(await moved()).toEqual([{ ...risk, live: 'sha256:555555555555' }]);
});

test('an image of ours under the tag of another of ours was moved', async () => {
  engineHas = { [risk.reference]: asBuilt(oms) };
  expect(await moved()).toEqual([{ ...risk, live: expect.stringContaining(oms.reference) }]);
});

test('what was built or committed on top of our image inherits its label and was moved', async () => {
  const ours = asBuilt(risk);
  engineHas = { [risk.reference]: { ...ours, steps: ['node /app/engine.js', ...ours.steps!] } };
  expect(await moved()).toEqual([{ ...risk, live: expect.any(String) }]);
});

test('what somebody made of our image is told from what was built here, now or by an older release', async () => {
  const ours = asBuilt(risk);
  const committed = { ...ours, id: 'sha256:c0ffee', steps: ['node /app/engine.js', ...ours.steps!] };
  const old = { id: 'sha256:01d', tags: [], labels: { [labels.project]: 'nautilus' } };
  engineHas = { [risk.reference]: ours, 'nautilus/fixed:1': committed, 'nautilus/risk:old': old };
  const told = ({ id, tags, labels: Labels = {} }: Image) =>
    isMadeOfOurs(docker, { Id: id, RepoTags: tags, Created: 0, Size: 0, Labels });
  expect([await told(committed), await told(ours), await told(old)]).toEqual([true, false, false]);
});

test('an engine that keeps no steps is believed the label', async () => {
  engineHas = { [risk.reference]: { ...asBuilt(risk), steps: [] } };
  expect(await moved()).toEqual([]);
});

test('an image of the operator’s registry is not asked for, and nothing but GET is sent', async () => {
  await moved();
  expect(asked.filter((request) => request.includes(redis) || !request.startsWith('GET '))).toEqual([]);
});

test('an engine that does not tell is no proof: nothing is planned', async () => {
  engineHas = { [risk.reference]: 'fails' };
  await expect(moved()).rejects.toMatchObject({ code: 'NAUT_DOCKER_REFUSED' });
});

test('an image that is built and one that is used under a moved reference are made anew, no other', () => {
  const output = synthesized();
  const addresses = (stack: string) => imageAddresses(output, stack, new Set([risk.reference]));
  expect(ownImages(output)).toEqual([risk, oms]);
  expect(['images', 'trading', 'storage', 'dashboards'].map(addresses)).toEqual([
    ['docker_image.risk'],
    ['docker_image.risk'],
    [],
    [],
  ]);
});

test('a tag that is moved while it is deployed ends the deployment, with what it is and should be', async () => {
  engineHas = { [risk.reference]: asBuilt(oms), [oms.reference]: asBuilt(oms) };
  await expect(requireOwnImages(docker, synthesized())).rejects.toMatchObject({
    code: 'NAUT_IMAGE_MOVED',
    details: [
      `${risk.reference} stands for ${oms.reference} (sha256:bbbbbbbbbbbb)`,
      `  allowed: what was built under it, with the label ${labels.content}=${risk.content}`,
    ],
    fix: expect.stringContaining('run the same command again'),
  });
});
