import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProfile, orderPath, type Profile } from '@nautilus/config';
import { manifestPath, readManifest } from '@nautilus/manifest';
import { stackIds } from '@nautilus/stacks';
import { profiles, synthesis, temporaryFolder } from './support/synthesis';

const ci = loadProfile('ci');

test('the stacks are deployed in the order of their dependencies', () => {
  expect(synthesis('ci').manifest.stacks).toEqual([
    { name: 'storage', dependsOn: [] },
    { name: 'images', dependsOn: [] },
    { name: 'foundation', dependsOn: ['storage', 'images'] },
    { name: 'trading', dependsOn: ['foundation'] },
    { name: 'edge', dependsOn: ['trading'] },
    { name: 'monitoring', dependsOn: ['foundation'] },
    { name: 'dashboards', dependsOn: ['monitoring'] },
  ]);
});

test('cdktf and the platform read the same file', () => {
  const { output, manifest } = synthesis('ci');
  const file = JSON.parse(readFileSync(manifestPath(output), 'utf8'));
  expect(Object.keys(file.stacks).sort()).toEqual([...stackIds].sort());
  expect(readManifest(manifestPath(output))).toEqual(manifest);
});

test('the state of a profile stays in its own folder, where the operator wants it', () => {
  const { stack } = synthesis('ci', { state: '/elsewhere' });
  expect(stack('trading').terraform.backend.local.path).toBe('/elsewhere/ci/terraform/trading.tfstate');
});

test('every stack is pinned to one release of its provider', () => {
  const { output } = synthesis('ci');
  for (const stack of stackIds)
    expect(readFileSync(join(output, 'stacks', stack, '.terraform.lock.hcl'), 'utf8')).toContain(
      stack === 'dashboards' ? '= "4.45.1"' : '= "4.5.0"',
    );
});

test('the providers are the ones that everything was tried with, and no stack asks for one that it does not use', () => {
  const { stack } = synthesis('ci');
  expect(stack('images').terraform.required_providers).toEqual({
    docker: { source: 'kreuzwerker/docker', version: '~> 4.5' },
  });
  expect(stack('dashboards').terraform.required_providers).toEqual({
    grafana: { source: 'grafana/grafana', version: '~> 4.45' },
  });
});

test('no stack reads the state of another', () => {
  const { stack } = synthesis('ci');
  for (const id of stackIds) expect(JSON.stringify(stack(id))).not.toContain('terraform_remote_state');
});

test('the volumes refuse to be destroyed until they are released', () => {
  const guarded = (releaseVolumes: boolean) =>
    Object.values(synthesis('ci', { releaseVolumes }).stack('storage').resource.docker_volume!).map(
      ({ lifecycle }) => (lifecycle as { prevent_destroy: boolean }).prevent_destroy,
    );
  expect(new Set(guarded(false))).toEqual(new Set([true]));
  expect(new Set(guarded(true))).toEqual(new Set([false]));
});

test('every volume that a container mounts is one that a stack creates', () => {
  const { stack, manifest } = synthesis('ci');
  const created = ['storage', 'foundation'].flatMap((id) =>
    Object.values(stack(id).resource.docker_volume!).map(({ name }) => name as string),
  );
  expect(manifest.volumes.map(({ name }) => name).sort()).toEqual(created.sort());
  for (const { volumes } of manifest.services) for (const { volume } of volumes) expect(created).toContain(volume);
});

test('a synthesis that fails leaves no stack of the last one behind', () => {
  const { output } = synthesis('ci');
  const impossible: Profile = { ...ci, workload: { ...ci.workload, connections: 5000 } };
  expect(() => synthesis(impossible, { output })).toThrow(expect.objectContaining({ code: 'NAUT_POSTGRES_TOO_SMALL' }));
  expect(existsSync(join(output, 'stacks', 'foundation', 'cdk.tf.json'))).toBe(false);
  expect(existsSync(manifestPath(output))).toBe(false);
});

test('the stacks of a profile that leaves services out hold no trace of them', () => {
  const { grafana: _, nginx: __, frontend: ___, ...services } = ci.services;
  const { manifest, stack } = synthesis({ ...ci, services });
  expect(manifest.services.map(({ name }) => name)).toEqual(
    expect.not.arrayContaining(['grafana', 'nginx', 'frontend']),
  );
  expect(Object.keys(stack('edge').resource.docker_container!)).toEqual(['backend']);
});

test('another profile in the same folder does not make Terraform ask about moving the state', () => {
  const output = temporaryFolder();
  const initialized = join(output, 'stacks', 'trading', '.terraform', 'terraform.tfstate');
  const initialize = (path: string) => {
    mkdirSync(join(initialized, '..'), { recursive: true });
    writeFileSync(initialized, JSON.stringify({ version: 3, backend: { type: 'local', config: { path } } }));
  };
  synthesis('ci', { output });
  synthesis('ci', { output });
  initialize('/state/ci/terraform/trading.tfstate');
  synthesis('ci', { output });
  expect(existsSync(initialized)).toBe(true);
  synthesis('laptop', { output });
  expect(existsSync(initialized)).toBe(false);
});

test('a change that concerns one service replaces that one only', () => {
  const specs = (profile: Profile) =>
    Object.fromEntries(
      synthesis(profile).manifest.services.map(({ name, labels }) => [name, labels['io.nautilus.spec']]),
    );
  const before = specs(ci);
  const after = specs({
    ...ci,
    hash: '0'.repeat(64),
    trading: { ...ci.trading, bars: [{ kind: 'time' as const, size: 5 }] },
  });
  expect(Object.keys(after).filter((service) => after[service] !== before[service])).toEqual(['marketdata']);
});

test('engines that store nothing never learn a password', () => {
  const { manifest, stack } = synthesis('ci');
  const withSecrets = manifest.services.filter(({ volumes }) =>
    volumes.some(({ volume }) => volume === 'nautilus-ci-secrets'),
  );
  const servers = ['grafana', 'nginx', 'postgres', 'postgres-exporter', 'redis', 'redis-exporter'];
  expect(withSecrets.map(({ name }) => name).sort()).toEqual([...servers, 'oms', 'pms'].sort());
  expect(stack('trading').resource.docker_container!.ems!.group_add).toBeUndefined();
});

test.each(profiles)('the limits of profile %s are the claims', (name) => {
  const { profile, manifest } = synthesis(name);
  const total = manifest.services.reduce((sum, { memory }) => sum + memory.limitBytes, 0);
  expect(total).toBeLessThanOrEqual(profile.docker.pool.bytes);
});

test.each(profiles)('profile %s: a heap stays below the limit of its container', (name) => {
  for (const { expectations, memory } of synthesis(name).manifest.services)
    for (const { value } of expectations.filter(({ setting }) => setting === 'max-old-space-size'))
      expect(value).toBeLessThanOrEqual(memory.limitBytes * 0.75);
});

test('the password of a broker reaches the engines of the order path alone, in the group of its file', () => {
  const laptop = loadProfile('laptop');
  const broker = {
    servers: ['10.0.0.5:4222'],
    topics: ['oms.executions'],
    tls: true,
    replicas: 1,
    elsewhere: {},
  } as const;
  const { stack } = synthesis({ ...laptop, transport: { kind: 'nats', user: 'nautilus', ...broker } });
  const containers = stack('trading').resource.docker_container!;
  const readers = Object.keys(containers).filter((name) =>
    ((containers[name]!.group_add as string[] | undefined) ?? []).includes('10111'),
  );
  expect(readers.sort()).toEqual([...orderPath].sort());
  expect(JSON.stringify(containers.pms!.env)).toContain('/run/secrets/nautilus/broker-password');
  expect(JSON.stringify(containers.ml!.env)).not.toContain('broker');
});
