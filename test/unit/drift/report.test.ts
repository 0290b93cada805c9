import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { driftTable, driftText } from '../../../cli/output/drift';
import {
  type Finding,
  keepReport,
  lastReport,
  metricsText,
  type Report,
  writeTextfile,
} from '../../../operations/drift';
import { verdictOf } from '../../../operations/drift/report';

const memory: Finding = {
  id: 'risk/memory',
  service: 'risk',
  kind: 'memory',
  what: 'memory limit',
  declared: '256 MiB',
  live: '300 MiB',
  cause: 'docker update',
  repair: {
    command: 'docker update --memory 256m --memory-swap 256m nautilus-ci-risk',
    interrupts: 'nothing',
    action: { do: 'update', container: 'nautilus-ci-risk', resources: { Memory: 268_435_456 } },
  },
  layers: ['docker', 'terraform'],
};

const report = (changes: Partial<Report> = {}): Report => ({
  version: 1,
  profile: 'ci',
  project: 'nautilus-ci',
  lookedAt: '2026-01-02T03:04:05.000Z',
  seconds: 1.5,
  verdict: 'drift',
  services: 20,
  layers: [
    { layer: 'docker', seconds: 0.2, unread: [] },
    { layer: 'settings', seconds: 1.5, unread: [{ what: 'redis', reason: 'no answer within 5 s' }] },
  ],
  findings: [memory],
  notes: [],
  ...changes,
});

test('a person reads each difference with its cause, its repair and who saw it, and what could not be read', () => {
  expect(driftText(report(), { width: 100, profile: 'ci' })).toBe(
    [
      'risk: memory limit',
      '  declared  256 MiB',
      '  live      300 MiB',
      '  cause     docker update',
      '  repair    docker update --memory 256m --memory-swap 256m nautilus-ci-risk',
      '            interrupts nothing (or: nautilus drift repair risk/memory --profile ci)',
      '  seen by   docker, terraform',
      '',
      'docker 0.2 s · settings 1.5 s',
      'not read: settings, redis: no answer within 5 s',
      '1 difference in 1 place of profile ci',
    ].join('\n'),
  );
});

test('the table that is redrawn is never wider than the terminal', () => {
  const wide = report({ findings: [{ ...memory, declared: 'x'.repeat(300), live: 'y'.repeat(300) }] });
  for (const line of driftTable(wide, { columns: 80, rows: 24 })) expect(line.length).toBeLessThanOrEqual(80);
});

test('the table that is redrawn fits the screen and says how much it leaves out', () => {
  const many = report({ findings: Array.from({ length: 50 }, (_, n) => ({ ...memory, id: `risk/${n}` })) });
  const lines = driftTable(many, { columns: 120, rows: 24 });
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(lines).toContain('… and 34 more');
});

describe('the verdict', () => {
  const read: Report['layers'][number] = { layer: 'docker', seconds: 0.1, unread: [] };
  const unread = { ...read, unread: [{ what: 'everything', reason: 'no answer' }] };
  test('is clean only when everything was read and nothing differs', () => {
    expect(verdictOf([read, read], [])).toBe('clean');
  });
  test('is unknown when something could not be read', () => {
    expect(verdictOf([read, unread], [])).toBe('unknown');
  });
  test('is drift when something differs, whatever else could not be read', () => {
    expect(verdictOf([read, unread], [memory])).toBe('drift');
  });
});

test('the kept report is read back as it was', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'nautilus-drift-'));
  keepReport(report(), root);
  expect(lastReport({ name: 'ci' }, root)).toEqual(report());
});

test('without a look there is nothing to repair from, and the error says what to do', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'nautilus-drift-'));
  expect(() => lastReport({ name: 'ci' }, root)).toThrow(
    expect.objectContaining({ code: 'NAUT_NOT_LOOKED', fix: 'run `nautilus drift --profile ci` first' }),
  );
  expect(() => lastReport({ name: 'desk', file: '/home/ann/desk.yaml' }, root)).toThrow(
    expect.objectContaining({ fix: 'run `nautilus drift --profile /home/ann/desk.yaml` first' }),
  );
});

test('a kept report that is damaged or of another version is refused', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'nautilus-drift-'));
  keepReport(report(), root);
  const file = path.join(root, '.nautilus', 'ci', 'drift.json');
  for (const text of ['{"version":1', JSON.stringify({ ...report(), version: 0 })]) {
    writeFileSync(file, text);
    expect(() => lastReport({ name: 'ci' }, root)).toThrow(expect.objectContaining({ code: 'NAUT_NOT_LOOKED' }));
  }
});

test('Prometheus reads how much differs, where, and what could not be read', () => {
  const text = metricsText(report({ findings: [memory, { ...memory, id: 'risk/x', service: 'a"b\\c' }] }));
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'nautilus_drift_differences{project="nautilus-ci",profile="ci"} 2',
    'nautilus_drift_findings{project="nautilus-ci",profile="ci",service="risk",kind="memory"} 1',
    'nautilus_drift_findings{project="nautilus-ci",profile="ci",service="a\\"b\\\\c",kind="memory"} 1',
    'nautilus_drift_layer_read{project="nautilus-ci",profile="ci",layer="docker"} 1',
    'nautilus_drift_layer_read{project="nautilus-ci",profile="ci",layer="settings"} 0',
    'nautilus_drift_look_seconds{project="nautilus-ci",profile="ci",layer="docker"} 0.2',
    'nautilus_drift_look_seconds{project="nautilus-ci",profile="ci",layer="settings"} 1.5',
    'nautilus_drift_last_look_timestamp_seconds{project="nautilus-ci",profile="ci"} 1767323045',
  ]);
});

test('the textfile is replaced as a whole', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'nautilus-drift-')), 'drift.prom');
  writeFileSync(file, 'old');
  writeTextfile(file, report());
  expect(readFileSync(file, 'utf8')).toBe(metricsText(report()));
});
