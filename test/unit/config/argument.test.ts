import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isFoundByName, loadProfile, profileArgument, profileNames, profilesFolder } from '@nautilus/config';
import { stringify } from 'yaml';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "it's a desk "));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** The words that a shell makes of a text. */
const words = (text: string) =>
  execFileSync('sh', ['-c', `printf '%s\\n' ${text}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');

test.each(profileNames())('%s, which comes with the platform, is named by its name', (name) => {
  expect(profileArgument(loadProfile(name))).toBe(name);
});

test('a profile of one’s own is named by its file, in one word for a shell, and loads by it', () => {
  const file = path.join(folder, 'mine.yaml');
  fs.writeFileSync(file, stringify({ name: 'desk', extends: 'laptop', description: 'mine', project: 'desk' }));
  const mine = loadProfile(file);
  const named = words(profileArgument(mine));
  expect(named).toEqual([file]);
  expect(loadProfile(named[0]!).hash).toBe(mine.hash);
});

test('a file of one’s own that has the name of one of the platform’s is not taken for it', () => {
  expect(profileArgument({ name: 'ci', file: '/home/ann/ci.yaml' })).toBe('/home/ann/ci.yaml');
  expect(isFoundByName({ name: 'desk', file: path.join(profilesFolder(), 'mine.yaml') })).toBe(false);
});

test('a record that names no file is of a profile of the platform', () => {
  expect(profileArgument({ name: 'ci' })).toBe('ci');
});
