import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { Manifest } from '../../../manifest';
import { DockerReader } from '../../../operations/docker';
import { compareDocker, type ObserveOptions, observeDocker } from '../../../operations/drift/docker';
import type { ObservedDocker } from '../../../operations/drift/observed';
import type { Writable } from './docker-engine';
import recorded from './recorded/ci.json';

const manifest = recorded.manifest as unknown as Manifest;
const silent: unique symbol = Symbol('no answer');
type Reply = object | number | string | typeof silent;

let platform: Writable<ObservedDocker>;
/** Containers of others on the same engine. */
let others: number;
let requests: string[];
/** What is answered in place of the truth. */
let answers: Record<string, () => Reply>;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-observe-'));
const socketPath = path.join(folder, 'docker.sock');
const docker = new DockerReader({ kind: 'unix', socketPath });
const engine = http.createServer((request, reply) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://docker');
  const route = decodeURIComponent(pathname);
  requests.push(`${request.method} ${route}`);
  const answer = (answers[route] ?? (() => answerOf(route, searchParams.get('filters') ?? '{}')))();
  if (answer === silent) return;
  if (typeof answer === 'number') reply.writeHead(answer).end(JSON.stringify({ message: `${route} says ${answer}` }));
  else reply.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
});

beforeAll(() => new Promise<void>((resolve) => engine.listen(socketPath, resolve)));
afterAll(() => {
  engine.closeAllConnections();
  engine.close();
  fs.rmSync(folder, { recursive: true });
});
beforeEach(() => {
  platform = structuredClone(recorded.observed) as unknown as Writable<ObservedDocker>;
  others = 0;
  requests = [];
  answers = {};
});

/** As the engine does: filters by label, and names as regular expressions. */
function answerOf(route: string, filters: string): Reply {
  const { label = [], name = [] } = JSON.parse(filters) as { label?: string[]; name?: string[] };
  const chosen = (names: string[], labels: Readonly<Record<string, string>> | null) =>
    label.every((one) => labels?.[one.split('=')[0]!] === one.split('=')[1]) &&
    (name.length === 0 || name.some((pattern) => names.some((one) => new RegExp(pattern).test(one))));
  if (route === '/containers/json') {
    const foreign = Array.from({ length: others }, (_, number) => ({
      Id: `${number}`,
      Names: [`/other-${number}`],
      Labels: {},
    }));
    const ours = platform.containers.map(({ Id, Name, Config }) => ({ Id, Names: [Name], Labels: Config.Labels }));
    return [...foreign, ...ours].filter(({ Names, Labels }) => chosen(Names, Labels));
  }
  if (route === '/networks') return platform.networks.filter(({ Name, Labels }) => chosen([Name], Labels));
  if (route === '/volumes') return { Volumes: platform.volumes.filter(({ Name, Labels }) => chosen([Name], Labels)) };
  if (route === '/_ping') return {};
  const [, kind, rest = ''] = /^\/(containers|images|networks)\/(.*?)(?:\/json)?$/.exec(route) ?? [];
  const found =
    kind === 'containers'
      ? platform.containers.find(({ Id }) => Id === rest)
      : kind === 'networks'
        ? platform.networks.find(({ Id }) => Id === rest)
        : (platform.images[rest] ?? Object.values(platform.images).find(({ Id }) => Id === rest));
  return found ?? 404;
}

const idOf = (service: string) => platform.containers.find(({ Name }) => Name === `/nautilus-ci-${service}`)!.Id;
const look = async (options?: ObserveOptions) => {
  const observed = await observeDocker(docker, manifest, options);
  return { observed, found: compareDocker(manifest, observed).map(({ id }) => id) };
};

test('what the engine tells comes back as it came, by GET alone', async () => {
  const { observed, found } = await look();
  expect(observed.containers).toHaveLength(platform.containers.length);
  expect(observed.unread).toEqual([]);
  expect(found).toEqual([]);
  expect(requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
});

test('a thousand containers of others cost no request', async () => {
  await look();
  const alone = requests.length;
  requests = [];
  others = 1_000;
  expect((await look()).found).toEqual([]);
  expect(requests).toHaveLength(alone);
});

test('a container that goes away between list and inspection is missing', async () => {
  answers[`/containers/${idOf('risk')}/json`] = () => 404;
  expect(await look()).toMatchObject({ found: ['risk/missing'], observed: { unread: [] } });
});

test('of a container that ended by itself, its log is asked for the error, and of no other', async () => {
  const { Id, State } = platform.containers.find(({ Name }) => Name === '/nautilus-ci-risk')!;
  Object.assign(State, { Status: 'restarting', ExitCode: 1 });
  answers[`/containers/${Id}/logs`] = () =>
    'NAUT_OLD  the start before\n{"level":"fatal"}\nNAUT_JOURNAL_KEY  no key is there\n  fix: bring it back\n';
  expect((await look()).observed.errors).toEqual({ [Id]: 'NAUT_JOURNAL_KEY: no key is there' });
  expect(requests.filter((request) => request.endsWith('/logs'))).toEqual([`GET /containers/${Id}/logs`]);
  answers[`/containers/${Id}/logs`] = () => 500;
  expect(await look()).toMatchObject({ observed: { errors: {}, unread: [] }, found: ['risk/restarting'] });
});

test('a stranger with our name is found, though it has no label of ours', async () => {
  platform.containers.find(({ Id }) => Id === idOf('risk'))!.Config.Labels = {};
  expect((await look()).found).toEqual(['risk/foreign']);
});

test('what a container was made of is known where its tag is gone', async () => {
  const image = platform.images['nautilus-ci/risk:144c89b6bde5']!;
  delete platform.images['nautilus-ci/risk:144c89b6bde5'];
  platform.images[image.Id] = image;
  expect((await look()).found).toEqual(['risk/image-missing']);
});

test.each<[string, Reply, string]>([
  ['will not tell of', 500, 'says 500'],
  ['is silent about', silent, 'no answer within 1000 ms'],
])('one container that the engine %s is unread; the others are compared', async (_, answer, reason) => {
  answers[`/containers/${idOf('risk')}/json`] = () => answer;
  platform.containers.find(({ Id }) => Id === idOf('nginx'))!.HostConfig.Privileged = true;
  const { observed, found } = await look({ timeoutMs: 1_000 });
  expect(observed.unread).toEqual([{ layer: 'docker', what: 'risk', reason: expect.stringContaining(reason) }]);
  expect(found).toEqual(['nginx/privileged']);
});

test.each([
  ['network', () => `/networks/${platform.networks[0]!.Id}`],
  ['image nautilus-ci/risk:144c89b6bde5', () => '/images/nautilus-ci/risk:144c89b6bde5/json'],
])('unread: %s', async (what, route) => {
  answers[route()] = () => 500;
  const { observed, found } = await look();
  expect(observed.unread).toMatchObject([{ what }]);
  expect(found).toEqual([]);
});

test('an engine that goes away in the middle is an error, not a platform of which everything is missing', async () => {
  answers[`/containers/${idOf('risk')}/json`] = () => {
    answers['/_ping'] = () => silent;
    return silent;
  };
  await expect(look({ timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'NAUT_DOCKER_UNREACHABLE' });
});

test('an engine that refuses the list is an error', async () => {
  answers['/networks'] = () => 500;
  await expect(look()).rejects.toMatchObject({ code: 'NAUT_DOCKER_REFUSED' });
});
