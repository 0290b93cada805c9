import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { loadProfile } from '@nautilus/config';
import { DockerClient } from '@nautilus/operations/docker';
import { asDeployed, deployable, pulledImages } from '@nautilus/operations/terraform';

/** What the engine has, and what a registry would give it. */
let here: string[] = [];
let registry: string[] = [];
let folder: string;
let engine: http.Server;
let docker: DockerClient;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-'));
  engine = http.createServer(({ url = '' }, reply) => {
    const { pathname, searchParams } = new URL(url, 'http://docker');
    if (pathname === '/images/json') {
      const { reference } = JSON.parse(searchParams.get('filters') ?? '{}') as { reference: string[] };
      return reply.end(JSON.stringify(here.filter((image) => reference.includes(image)).map((Id) => ({ Id }))));
    }
    const asked = /^\/distribution\/(.+)\/json$/.exec(decodeURIComponent(pathname))?.[1] ?? '';
    return reply.writeHead(registry.includes(asked) ? 200 : 404).end('{}');
  });
  const socketPath = path.join(folder, 'docker.sock');
  await new Promise<void>((done) => engine.listen(socketPath, done));
  docker = new DockerClient({ kind: 'unix', socketPath });
});
afterAll(() => {
  engine.close();
  fs.rmSync(folder, { recursive: true });
});

const ci = loadProfile('ci');
const ask = async (env: NodeJS.ProcessEnv = {}) => {
  const said: string[] = [];
  const { profile, without } = await deployable('ci', ci, docker, (text) => said.push(text), env);
  return { deploysGrafana: profile.services.grafana !== undefined, without, said };
};

test('an optional service whose image nobody has is left out, in one line that names both', async () => {
  [here, registry] = [[], []];
  expect(await ask()).toEqual({
    deploysGrafana: false,
    without: ['grafana'],
    said: [expect.stringMatching(`^without grafana, .*${ci.images.grafana}`)],
  });
});

test.each([
  ['on the engine', [ci.images.grafana], []],
  ['in a registry', [], [ci.images.grafana]],
])('an optional service whose image is %s is deployed, and nothing is said', async (_, onEngine, inRegistry) => {
  [here, registry] = [onEngine, inRegistry];
  expect(await ask()).toEqual({ deploysGrafana: true, without: [], said: [] });
});

test('what NAUTILUS_WITHOUT names is left out though its image is there', async () => {
  here = [ci.images.grafana];
  expect(await ask({ NAUTILUS_WITHOUT: 'grafana' })).toEqual({ deploysGrafana: false, without: ['grafana'], said: [] });
});

test('only images of deployed services are asked for, and what ours are built on', () => {
  const without = loadProfile('ci', { without: ['grafana'] });
  expect(pulledImages(ci)).toContain(ci.images.grafana);
  expect(pulledImages(without)).not.toContain(ci.images.grafana);
  expect(pulledImages(without)).toContain(ci.images.node);
});

test('a profile whose optional service was left out is the one that was deployed, not another', () => {
  const without = loadProfile('ci', { without: ['grafana'] });
  const manifest = (profile: typeof ci) => ({ services: Object.values(profile.services) }) as never;
  expect(without.hash).not.toBe(ci.hash);
  expect(asDeployed('ci', ci, manifest(without)).hash).toBe(without.hash);
  expect(asDeployed('ci', ci, manifest(ci))).toBe(ci);
});
