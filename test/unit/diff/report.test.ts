import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { planLines, planSummary } from '../../../cli/output/plan';
import type { Manifest } from '../../../manifest';
import { diffReport } from '../../../operations/diff';
import type { AttributeDifference, PlannedChange } from '../../../operations/terraform';
import { writeImageFiles } from '../../../operations/terraform/image-files';
import { difference } from '../drift/planned-difference';
import recorded from '../drift/recorded/ci.json';

const deployed = recorded.manifest as unknown as Manifest;
type Service = { -readonly [Key in keyof Manifest['services'][number]]: Manifest['services'][number][Key] };

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-diff-'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** The declaration after somebody has changed what it says of a service. */
function declaring(name: string, change: (service: Service) => void): Manifest {
  const manifest = structuredClone(deployed);
  change(manifest.services.find((service) => service.name === name)!);
  return manifest;
}

const spec = (service: Service, hash: string) => {
  service.labels = { ...service.labels, 'io.nautilus.spec': hash };
};
const change = (
  action: PlannedChange['action'],
  name: string,
  differences: readonly AttributeDifference[] = [],
  kind = 'container',
) => ({
  address: `docker_${kind}.x`,
  kind,
  name,
  action,
  differences,
});
/** What is told of a plan. */
function told(manifest: Manifest, changes: PlannedChange[], before: Manifest | null = deployed) {
  const report = diffReport({
    manifest,
    output: path.join(root, 'new'),
    plans: [{ stack: 'trading', changes }],
    ...(before && { before: { manifest: before, folder: path.join(root, 'deployed') } }),
    startTimes: { 'nautilus-ci-risk': 9 },
  });
  return { report, text: [...planLines(report), planSummary(report)] };
}
const replacesRisk = change('replace', 'nautilus-ci-risk', [difference('labels', undefined, undefined, true)]);

test('a claim that was raised: what it was and becomes, and how long the service is away', () => {
  const manifest = declaring('risk', (risk) => {
    risk.memory = { ...risk.memory, limitBytes: 512 * 2 ** 20, maxBytes: 512 * 2 ** 20 };
    risk.memorySwapBytes = 512 * 2 ** 20;
    spec(risk, 'other');
  });
  expect(told(manifest, [replacesRisk]).text).toEqual([
    '  ± risk  replaced: stops for about 9 s',
    '      memory limit 256 MiB -> 512 MiB',
    '1 replaced; no data is lost',
  ]);
});

test('a configuration that says something else: the keys, without the hash that follows them', () => {
  const manifest = declaring('risk', (risk) => {
    const configuration = JSON.parse(risk.env.NAUTILUS_CONFIGURATION!);
    risk.env = {
      ...risk.env,
      NAUTILUS_CONFIGURATION: JSON.stringify({ ...configuration, specHash: 'other', poll: 'spin' }),
    };
    spec(risk, 'other');
  });
  expect(told(manifest, [replacesRisk]).report.objects[0]?.reasons).toEqual([
    { what: 'configuration: poll', from: expect.any(String), to: 'spin', by: 'declaration' },
  ]);
});

test('a setting of a server is told by its name, not as a command line', () => {
  const withJit = (value: string, hash: string) =>
    declaring('postgres', (postgres) => {
      postgres.command = ['postgres', '-c', `jit=${value}`];
      postgres.expectations = [{ subject: 'postgres', setting: 'jit', value, reason: 'a test', source: 'a test' }];
      spec(postgres, hash);
    });
  const replaced = [change('replace', 'nautilus-ci-postgres')];
  expect(told(withJit('on', 'new'), replaced, withJit('off', 'old')).text).toEqual([
    '  ± postgres  replaced: stops until the new one is healthy',
    '      setting jit off -> on',
    '1 replaced; no data is lost',
  ]);
});

test('an image is told by the files that changed in it', () => {
  const write = (folder: string, engine: string) => {
    const app = path.join(root, folder, 'images', 'risk', 'app');
    fs.mkdirSync(app, { recursive: true });
    fs.writeFileSync(path.join(app, 'engine.js'), engine);
    fs.writeFileSync(path.join(app, 'same.txt'), 'the same');
  };
  write('old', 'old');
  write('new', 'new');
  fs.mkdirSync(path.join(root, 'deployed'));
  writeImageFiles(path.join(root, 'old'), path.join(root, 'deployed'));
  const manifest = declaring('risk', (risk) => {
    risk.image = 'nautilus-ci/risk:other';
    spec(risk, 'other');
  });
  expect(told(manifest, [change('create', 'nautilus-ci/risk:other', [], 'image'), replacesRisk]).text).toEqual([
    '  builds risk',
    '  ± risk  replaced: stops for about 9 s',
    '      image: app/engine.js changed',
    '1 replaced, 1 image built; no data is lost',
  ]);
});

test('where the declaration is as it was deployed, somebody changed what runs', () => {
  const restored = change('update', 'nautilus-ci-risk', [difference('memory', '128', '256')]);
  const stopped = change('update', 'nautilus-ci-nginx', [difference('must_run', 'unset', 'true')]);
  expect(told(deployed, [restored, stopped]).text).toEqual([
    '  ~ risk   changed in place: nothing stops',
    '      memory limit (MiB) 128 -> 256 (changed since it was deployed)',
    '  > nginx  started: it does not run',
    '1 changed in place, 1 started; no data is lost',
  ]);
});

test('without a record of what was deployed, Terraform’s own words are the reason', () => {
  const { report, text } = told(
    deployed,
    [change('update', 'nautilus-ci-risk', [difference('memory', '128', '256')])],
    null,
  );
  expect(text[1]).toBe('      memory limit (MiB) 128 -> 256');
  expect(report.deployedAt).toBeUndefined();
});

test('a volume with data that goes is told last, one without is none', () => {
  const volume = (name: string) => change('replace', name, [difference('driver', 'a', 'b', true)], 'volume');
  const { text } = told(deployed, [volume('nautilus-ci-risk-data'), volume('nautilus-ci-shared-memory')]);
  expect(text.slice(-2)).toEqual([
    expect.stringMatching(/^ {2}DATA LOST: volume nautilus-ci-risk-data \(/),
    '2 replaced; THE DATA OF 1 VOLUME IS LOST',
  ]);
});

test('nothing to change', () => {
  const { report, text } = told(deployed, [change('adopt', 'nautilus-ci/risk:x', [], 'image')]);
  expect(text).toEqual(['nothing to change']);
  expect(report).toMatchObject({ version: 1, differs: false, objects: [], dataLost: [] });
});
