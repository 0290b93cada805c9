import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { registerDriftRepair } from '../../../cli/commands/drift-repair';
import { errorText } from '../../../cli/output/error';
import { type Manifest, writeManifest } from '../../../manifest';
import { keepReport } from '../../../operations/drift';
import { compareDocker } from '../../../operations/drift/docker';
import type { ObservedDocker } from '../../../operations/drift/observed';
import { reportVersion } from '../../../operations/drift/report';
import { ChangingEngine } from './changing-engine';
import type { Writable } from './docker-engine';
import { manifestOf } from './manifest';
import recorded from './recorded/ci.json';

const root = path.join(__dirname, '..', '..', '..');
const name = `repair-test-${process.pid}`;
const kept = path.join(root, '.nautilus', name);
const manifest = manifestOf(recorded.manifest as unknown as Partial<Manifest>);

let folder: string;
let profile: string;
let engine: ChangingEngine;
const host = process.env.DOCKER_HOST;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-repair-'));
  profile = path.join(folder, 'profile.yaml');
  fs.writeFileSync(profile, `name: ${name}\ndescription: repaired\nextends: laptop\n`);
  writeManifest(path.join(kept, 'deployed', 'manifest.json'), manifest);
  engine = new ChangingEngine(structuredClone(recorded.observed) as unknown as Writable<ObservedDocker>);
  await engine.start();
  process.env.DOCKER_HOST = `unix://${engine.endpoint.socketPath}`;
});
afterAll(() => {
  engine.remove();
  if (host === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = host;
  for (const made of [kept, folder]) fs.rmSync(made, { recursive: true, force: true });
});

/** `nautilus drift repair …` on the model of an engine; an error is what it would be printed from. */
async function repair(...options: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const ended = { code: 0, stdout: '', stderr: '' };
  const taken = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      ended[stream] += text;
      return true;
    }),
  );
  const program = new Command().enablePositionalOptions().exitOverride();
  const drift = program.command('drift');
  registerDriftRepair(
    drift,
    (action) =>
      async (...args) =>
        void (ended.code = await action(...args)),
  );
  try {
    await program.parseAsync(['drift', 'repair', ...options, '--profile', profile], { from: 'user' });
  } catch (error) {
    Object.assign(ended, { code: 1, stderr: errorText(error) });
  } finally {
    for (const stream of taken) stream.mockRestore();
  }
  return ended;
}

/** Keeps a report of what the model shows, as `nautilus drift` does. */
function look(lookedAt = new Date(Date.now() + 1000)): void {
  const findings = compareDocker(manifest, engine.state);
  keepReport({
    version: reportVersion,
    profile: name,
    project: manifest.project,
    lookedAt: lookedAt.toISOString(),
    seconds: 0.1,
    verdict: findings.length > 0 ? 'drift' : 'clean',
    services: manifest.services.length,
    layers: [{ layer: 'settings', seconds: 0.1, unread: [{ what: 'nginx', reason: 'no answer within 5000 ms' }] }],
    findings,
    notes: [],
  });
}

test('a dry run wants a look that is not older than the deployment', async () => {
  expect(await repair('--dry-run')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^NAUT_NOT_LOOKED/) });
  look(new Date('2026-01-01'));
  expect(await repair('--dry-run')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^NAUT_LOOK_OUTDATED/) });
});

test('a dry run of what the last look found: its plan, what would become of it, and GET alone', async () => {
  engine.container('nautilus-ci-postgres').State.Status = 'paused';
  Object.assign(engine.container('nautilus-ci-risk').HostConfig, { CpuShares: 2 });
  engine.container('nautilus-ci-nginx').Config.User = '0';
  look();
  engine.container('nautilus-ci-risk').Config.Labels = {};
  const { code, stdout, stderr } = await repair('--dry-run');
  expect(stderr).toMatch(
    /^as the last look found it less than a minute ago; `nautilus drift --profile .*` looks anew$/m,
  );
  expect(stderr).toMatch(/^not read: settings, nginx: no answer within 5000 ms$/m);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, '  ')),
  ).toEqual([
    'risk/cpu-shares:  docker update --cpu-shares 512 nautilus-ci-risk  restarts nothing',
    'postgres/paused:  docker unpause nautilus-ci-postgres  restarts nothing',
    '',
    'not repaired here:',
    '  nginx/user: docker rm --force nautilus-ci-nginx && nautilus deploy --profile ci  (interrupts the service)',
    '',
    'refused  risk/cpu-shares: NAUT_NOT_OURS  container nautilus-ci-risk does not carry the label io.nautilus.project=nautilus-ci: it is left alone',
    'would be done  postgres/paused',
    'nothing was changed',
  ]);
  expect(code).toBe(1);
  expect(engine.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
});

test('one finding is chosen by its name', async () => {
  const { code, stdout } = await repair('--dry-run', 'postgres/paused');
  expect(stdout).not.toContain('risk/');
  expect(code).toBe(2);
  expect(await repair('--dry-run', 'postgres/colour')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/NAUT_FINDING_UNKNOWN/),
  });
});

test('without a terminal nobody can be asked: nothing is done', async () => {
  expect(await repair()).toMatchObject({ code: 1, stderr: expect.stringMatching(/^NAUT_CONFIRMATION_NEEDED/) });
});
