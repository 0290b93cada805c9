import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Manifest, manifestPath, readManifest, writeManifest } from '@nautilus/manifest';
import { manifestOf } from '../drift/manifest';

const nothing = manifestOf();
const manifest = manifestOf({
  network: {
    ...nothing.network,
    expectations: [
      {
        subject: 'network',
        setting: 'eth0.mtu',
        value: 9000,
        unit: 'bytes',
        reason: 'fewer packets',
        source: 'profile',
      },
    ],
  },
  volumes: [
    {
      name: 'nautilus-ci-postgres',
      stack: 'storage',
      purpose: 'database',
      kept: true,
      driver: 'local',
      options: {},
      labels: {},
    },
  ],
  stacks: [{ name: 'storage', dependsOn: [] }],
});

const folder = () => mkdtempSync(join(tmpdir(), 'nautilus-manifest-'));

test('a manifest that was written is read back the same, and nothing else is left in the folder', () => {
  const out = folder();
  writeManifest(manifestPath(out), manifest);
  expect(readManifest(manifestPath(out))).toEqual(manifest);
  expect(readdirSync(out)).toEqual(['manifest.json']);
});

test('what cdktf keeps in the same file stays as it was', () => {
  const file = manifestPath(folder());
  writeFileSync(file, JSON.stringify({ version: '0.21.0', stacks: { storage: {} } }));
  writeManifest(file, manifest);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: '0.21.0', stacks: { storage: {} } });
  expect(readManifest(file)).toEqual(manifest);
});

test('a manifest of another shape is not written', () => {
  const wrong = { ...manifest, network: { ...manifest.network, mtu: 'large' } } as unknown as Manifest;
  expect(() => writeManifest(manifestPath(folder()), wrong)).toThrow();
});

test.each([
  ['no file', undefined, 'NAUT_MANIFEST_MISSING'],
  ['no JSON', '{', 'NAUT_MANIFEST_INVALID'],
  ['another version', JSON.stringify({ nautilus: { ...manifest, version: 99 } }), 'NAUT_MANIFEST_VERSION'],
  ['a missing part', JSON.stringify({ nautilus: { ...manifest, services: undefined } }), 'NAUT_MANIFEST_INVALID'],
])('%s is refused with a code of its own', (_, content, code) => {
  const file = manifestPath(folder());
  if (content !== undefined) writeFileSync(file, content);
  expect(() => readManifest(file)).toThrow(expect.objectContaining({ code }));
});
