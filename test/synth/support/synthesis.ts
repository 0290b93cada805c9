import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineNames, loadProfile, type Profile, sampleFile } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { type SynthesisOptions, synthesize } from '@nautilus/stacks';

type Attributes = Record<string, unknown>;
/** cdk.tf.json as far as the tests read it. */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly terraform: { readonly required_providers: unknown; readonly backend: { local: { path: string } } };
}

export const profiles = ['ci', 'laptop', 'm4-max-36gb', 'm4-max-48gb', 'm4-max-64gb', 'm4-max-128gb'] as const;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests of a file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nautilus-synth-'));
  folders.push(folder);
  return folder;
}

/** Stand-ins for the bundles of the engines: their content is all that matters to an image. */
export function fakeSources(change: Readonly<Record<string, string>> = {}): SynthesisOptions['sources'] {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'engines'));
  for (const engine of [...engineNames, 'secrets'])
    writeFileSync(join(folder, 'engines', `${engine}.js`), change[engine] ?? `run('${engine}');\n`);
  writeFileSync(join(folder, sampleFile), 'sample');
  return { engines: join(folder, 'engines'), samples: folder };
}

export interface Synthesis {
  readonly profile: Profile;
  readonly manifest: Manifest;
  readonly output: string;
  stack(id: string): StackJson;
}

/** Synthesizes a profile into a folder of its own. */
export function synthesis(profile: Profile | string, options: Partial<SynthesisOptions> = {}): Synthesis {
  const resolved = typeof profile === 'string' ? loadProfile(profile) : profile;
  const output = options.output ?? temporaryFolder();
  const manifest = synthesize(resolved, { sources: fakeSources(), state: '/state', ...options, output });
  return {
    profile: resolved,
    manifest,
    output,
    stack: (id) => JSON.parse(readFileSync(join(output, 'stacks', id, 'cdk.tf.json'), 'utf8')) as StackJson,
  };
}
