import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type NautilusError, profilesFolder } from '../../../config';
import { stackFolder, writeManifest } from '../../../manifest';
import {
  declarationIn,
  forgetDeployed,
  plannableStacks,
  requireDeployed,
  writeDeployed,
} from '../../../operations/terraform/deployed';
import { imageFiles, readImageFiles } from '../../../operations/terraform/image-files';
import { manifestOf } from '../drift/manifest';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-deployed-'));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const profile = { name: 'ci' };
const manifest = manifestOf({
  stacks: [
    { name: 'storage', dependsOn: [] },
    { name: 'trading', dependsOn: ['storage'] },
  ],
});

/** A synthesis of two stacks, as Terraform has left it. */
function synthesized(text = '{}'): string {
  const output = path.join(root, '.nautilus', 'ci', 'cdktf.out');
  for (const { name } of manifest.stacks) {
    const folder = stackFolder(output, name);
    fs.mkdirSync(path.join(folder, '.terraform'), { recursive: true });
    fs.writeFileSync(path.join(folder, '.terraform', 'providers'), 'as they were taken');
    fs.writeFileSync(path.join(folder, '.terraform.lock.hcl'), 'locked');
    fs.writeFileSync(path.join(folder, 'cdk.tf.json'), text);
  }
  const image = path.join(output, 'images', 'risk');
  fs.mkdirSync(path.join(image, 'app'), { recursive: true });
  fs.writeFileSync(path.join(image, 'app', 'engine.js'), text);
  fs.writeFileSync(`${image}.sha256`, 'noted by the synthesis');
  writeManifest(path.join(output, 'manifest.json'), manifest);
  return output;
}
const stackFile = (folder: string, file: string) =>
  fs.readFileSync(path.join(stackFolder(folder, 'trading'), file), 'utf8');

test('what was deployed stays as it was, whatever is synthesized afterwards', () => {
  const output = synthesized('{"was": "deployed"}');
  writeDeployed(profile, output, ['storage', 'trading'], root);
  synthesized('{"is": "new"}');
  const deployed = requireDeployed(profile, root);
  expect(deployed.manifest).toEqual(manifest);
  expect(Date.now() - Date.parse(deployed.deployedAt!)).toBeLessThan(60_000);
  expect(stackFile(deployed.folder, 'cdk.tf.json')).toBe('{"was": "deployed"}');
  expect(stackFile(deployed.folder, '.terraform.lock.hcl')).toBe('locked');
});

test('of what the images were built is kept as a digest of each file', () => {
  writeDeployed(profile, synthesized('old'), ['trading'], root);
  const kept = readImageFiles(requireDeployed(profile, root).folder);
  expect(kept).toEqual({ risk: imageFiles(synthesized('old'), 'risk') });
  expect(kept.risk).not.toEqual(imageFiles(synthesized('new'), 'risk'));
  expect(imageFiles(synthesized(), 'pulled')).toEqual({});
});

test('the providers are those of the synthesis, which stay when the record goes', () => {
  const output = synthesized();
  writeDeployed(profile, output, ['trading'], root);
  expect(stackFile(requireDeployed(profile, root).folder, '.terraform/providers')).toBe('as they were taken');
  forgetDeployed(profile, root);
  expect(stackFile(output, '.terraform/providers')).toBe('as they were taken');
  expect(() => requireDeployed(profile, root)).toThrow(expect.objectContaining({ code: 'NAUT_NOT_DEPLOYED' }));
});

test('the next deployment replaces the record whole: a stack that was left out is not looked at', () => {
  writeDeployed(profile, synthesized(), ['storage', 'trading'], root);
  writeDeployed(profile, synthesized(), ['trading'], root);
  expect(plannableStacks(requireDeployed(profile, root))).toEqual(['trading']);
  expect(fs.readdirSync(path.join(root, '.nautilus', 'ci')).sort()).toEqual(['cdktf.out', 'deployed']);
});

test('a record of another version says how it is written anew', () => {
  writeDeployed(profile, synthesized(), ['trading'], root);
  const file = path.join(root, '.nautilus', 'ci', 'deployed', 'manifest.json');
  fs.writeFileSync(file, JSON.stringify({ nautilus: { ...manifest, version: 1 } }));
  expect(() => requireDeployed(profile, root)).toThrow(
    expect.objectContaining({
      code: 'NAUT_MANIFEST_VERSION',
      fix: 'run `nautilus deploy --profile ci`: it is written anew',
    }),
  );
});

test('the command that writes a record names a profile of one’s own by its file', () => {
  const fixOf = (profile: { name: string; file?: string }) => {
    try {
      return requireDeployed(profile, root);
    } catch (error) {
      return (error as NautilusError).fix;
    }
  };
  expect(fixOf({ name: 'ci', file: path.join(profilesFolder(), 'ci.yaml') })).toMatch(
    /^run `nautilus deploy --profile ci` /,
  );
  expect(fixOf({ name: 'ci', file: '/home/ann/ci.yaml' })).toMatch(
    /^run `nautilus deploy --profile \/home\/ann\/ci.yaml` /,
  );
});

test('a folder of another synthesis is a declaration of which nobody knows when it was deployed', () => {
  const declared = declarationIn(synthesized());
  expect(declared.deployedAt).toBeUndefined();
  expect(plannableStacks(declared)).toEqual(['storage', 'trading']);
});
