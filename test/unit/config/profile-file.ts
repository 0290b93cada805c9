import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadOptions, loadProfile, ProfileError, type ProfileProblem } from '@nautilus/config';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Writes profiles into a folder of their own, gone after the tests of the file; returns the path of the first. */
export function writeProfiles(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nautilus-profile-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return join(folder, Object.keys(files)[0]!);
}

/** A profile that extends `laptop`; its first own line is line 4. */
export const onLaptop = (...lines: string[]) =>
  writeProfiles({ 'mine.yaml': ['name: mine', 'extends: laptop', 'description: a test', ...lines].join('\n') });

export function problemsOf(file: string, options?: LoadOptions): readonly ProfileProblem[] {
  try {
    loadProfile(file, options);
  } catch (error) {
    if (error instanceof ProfileError) return error.problems;
    throw error;
  }
  return [];
}

/** Code, line and column of each mistake, as `NAUT_X 4:7`. */
export const placesOf = (file: string, options?: LoadOptions) =>
  problemsOf(file, options).map(({ code, position }) => `${code} ${position?.line}:${position?.column}`);
