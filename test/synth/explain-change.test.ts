import { explainChange } from './support/explain-change';
import { snapshotFiles, snapshotText } from './support/snapshot';
import { synthesis } from './support/synthesis';

const result = synthesis('ci');
const files = snapshotFiles(new Map(result.manifest.stacks.map((stack) => [stack.name, result.stack(stack.name)])));
const text = (file: string) => snapshotText(files.get(file)!);

test('what is as it was needs no words', () => {
  for (const file of files.keys()) expect(explainChange(text(file), text(file))).toEqual([]);
});

test('every service has a file of its own, and the exporter of a server is no part of the server', () => {
  expect([...files.keys()].sort()).toEqual(
    ['dashboards', 'every-container', 'secrets', 'shared', ...Object.keys(result.profile.services)].sort(),
  );
  expect(Object.keys(files.get('redis')!)).not.toContain('docker_container.redis-exporter');
});

test('a file has no hash that changes with what is not shown in it, and nothing that all containers have', () => {
  for (const file of files.keys()) expect(text(file)).not.toMatch(/(?<![\w-])[0-9a-f]{12,64}(?![\w-])/);
  expect(text('pms')).not.toContain('no-new-privileges');
  expect(text('every-container')).toContain('no-new-privileges:true');
});

test('a changed container is told with attribute, both values, and what it comes to', () => {
  const after = text('postgres')
    .replace('memory: 1024', 'memory: 512')
    .replace('-c max_connections=', '-c max_connections=9');
  expect(explainChange(text('postgres'), after)).toEqual([
    '~ docker_container.postgres: the container is replaced: one stop and start; what is in its volumes stays',
    expect.stringMatching(/^ {4}command: -c max_connections=\d+ → -c max_connections=9\d+$/),
    '    memory: 1024 → 512 (512 MiB less)',
  ]);
});

test('of a configuration that is a text, only the lines that changed are told', () => {
  const after = text('redis').replace(/maxmemory \d+mb/, 'maxmemory 1mb');
  expect(explainChange(text('redis'), after)).toEqual([
    expect.stringContaining('docker_container.redis'),
    expect.stringMatching(/^ {4}command: maxmemory \d+mb → maxmemory 1mb$/),
  ]);
});

test('a volume that changes or goes is data at risk', () => {
  const before = 'docker_volume.oms-data:\n  name: nautilus-oms-data\n';
  expect(explainChange(before, before.replace('nautilus-', 'other-'))).toEqual([
    expect.stringContaining('DATA AT RISK'),
    '    name: nautilus-oms-data → other-oms-data',
  ]);
  expect(explainChange(before, undefined)).toEqual([
    '- docker_volume.oms-data: removed; DATA AT RISK: all that is in it',
  ]);
});

test('what is new is made, and a change in Grafana stops nothing', () => {
  expect(explainChange(undefined, 'docker_image.oms:\n  name: oms\n')).toEqual(['+ docker_image.oms: made']);
  expect(explainChange('grafana_folder.n:\n  title: A\n', 'grafana_folder.n:\n  title: B\n')[0]).toContain(
    'nothing stops',
  );
});
