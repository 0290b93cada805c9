import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { labels, loadProfile, type Profile } from '@nautilus/config';
import { ownImages } from '../../operations/terraform/own-images';
import { fakeSources, type Synthesis, synthesis } from './support/synthesis';

/** Names of the images that a synthesis wants built, by service. */
const references = ({ stack }: Synthesis) =>
  Object.fromEntries(
    Object.entries(stack('images').resource.docker_image ?? {}).map(([service, { name }]) => [service, name as string]),
  );

const profile = loadProfile('ci');

test('the same sources give the same images, wherever and whenever they are synthesized', () => {
  expect(references(synthesis(profile))).toEqual(references(synthesis(profile)));
});

test('each image of ours carries the hash of its content, by its last step; what is pulled is none of ours', () => {
  const { output, ...result } = synthesis(profile);
  const own = Object.fromEntries(ownImages(output).map(({ reference, content }) => [reference, content]));
  const { redis, ...built } = references({ output, ...result });
  expect(Object.keys(own)).not.toContain(redis);
  for (const service of ['oms', 'secrets', 'postgres', 'nginx']) {
    const content = own[built[service]!];
    expect(content).toMatch(/^[0-9a-f]{64}$/);
    expect(built[service]).toContain(content!.slice(0, 12));
    const steps = readFileSync(join(output, 'images', service, 'Dockerfile'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(steps.at(-1)).toBe(`LABEL ${labels.content}=${content}`);
  }
});

test('a changed engine changes its image and no other', () => {
  const before = references(synthesis(profile));
  const after = references(synthesis(profile, { sources: fakeSources({ oms: 'changed' }) }));
  expect(Object.keys(after).filter((service) => after[service] !== before[service])).toEqual(['oms']);
});

test('a changed engine replaces its container and no other', () => {
  const specs = ({ manifest }: Synthesis) =>
    Object.fromEntries(manifest.services.map(({ name, labels }) => [name, labels['io.nautilus.spec']]));
  const before = specs(synthesis(profile));
  const after = specs(synthesis(profile, { sources: fakeSources({ oms: 'changed' }) }));
  expect(Object.keys(after).filter((service) => after[service] !== before[service])).toEqual(['oms']);
});

test('the images build on what the profile names', () => {
  const own: Profile = {
    ...profile,
    images: {
      ...profile.images,
      node: 'node:1@sha256:aa',
      postgres: 'postgres:2@sha256:bb',
      redis: 'redis:3@sha256:cc',
    },
  };
  const { output, ...result } = synthesis(own);
  const from = (service: string) =>
    readFileSync(join(output, 'images', service, 'Dockerfile'), 'utf8').split('\n', 1)[0];
  expect(from('oms')).toBe('FROM node:1@sha256:aa');
  expect(from('secrets')).toBe('FROM node:1@sha256:aa');
  expect(from('postgres')).toBe('FROM postgres:2@sha256:bb');
  expect(references({ output, ...result }).redis).toBe('redis:3@sha256:cc');
});

test('an image of an engine holds its bundle and the native part for both processors, readable for anybody', () => {
  const { output } = synthesis(profile);
  const app = join(output, 'images', 'oms', 'app');
  expect(readFileSync(join(app, 'engine.js'), 'utf8')).toBe("run('oms');\n");
  for (const native of ['linux_x64', 'linux_arm64'])
    expect(existsSync(join(app, 'node_modules', 'koffi', 'build', 'koffi', native, 'koffi.node'))).toBe(true);
  expect(statSync(join(app, 'engine.js')).mode & 0o777).toBe(0o644);
  expect(statSync(join(app, 'start')).mode & 0o777).toBe(0o755);
  expect(statSync(app).mode & 0o777).toBe(0o755);
});

test('only market data carries the sample', () => {
  const { output } = synthesis(profile);
  const holders = ['marketdata', 'risk', 'oms', 'ems', 'pms'].filter((service) =>
    existsSync(join(output, 'images', service, 'app', 'data')),
  );
  expect(holders).toEqual(['marketdata']);
});

test('containers take images by name, and only the images stack builds', () => {
  const result = synthesis(profile);
  const built = references(result);
  for (const id of ['foundation', 'trading'])
    for (const [service, image] of Object.entries(result.stack(id).resource.docker_image ?? {})) {
      expect(image.build).toBeUndefined();
      expect(image.name).toBe(built[service]);
      expect(image.keep_locally).toBe(true);
    }
});

test('an engine that is not built is named, with the command that builds it', () => {
  expect(() => synthesis(profile, { sources: { engines: '/nowhere' } })).toThrow(
    expect.objectContaining({ code: 'NAUT_ENGINE_NOT_BUILT', fix: 'run `npm run build`' }),
  );
});
