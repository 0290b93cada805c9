import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileNames } from '@nautilus/config';
import { explainChange } from './support/explain-change';
import { snapshotFiles, snapshotText } from './support/snapshot';
import type { StackJson } from './support/synthesis';

/** `npm run snapshots:explain [-- REVISION]`: what the working tree synthesizes, against the snapshots of a revision (HEAD). */
const root = process.cwd();
const folder = 'test/synth/snapshots';
const revision = process.argv[2] ?? 'HEAD';

const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });

/** Snapshot files of a profile in the revision, by name. */
function committed(profile: string): Map<string, string> {
  const paths = git('ls-tree', '--name-only', revision, `${folder}/${profile}/`)
    .stdout.split('\n')
    .filter((path) => path.endsWith('.yaml'));
  return new Map(
    paths.map((path) => [
      path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length),
      git('show', `${revision}:${path}`).stdout,
    ]),
  );
}

/** What the working tree makes of a profile; or what is wrong with it. */
function current(profile: string): Map<string, string> | string {
  const output = mkdtempSync(join(tmpdir(), 'nautilus-snapshots-'));
  try {
    const env = { ...process.env, NAUTILUS_PROFILE: profile, CDKTF_OUTDIR: output };
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'synth.js')], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) return stderr.trim();
    const stacks = readdirSync(join(output, 'stacks'))
      .map((stack) => join(output, 'stacks', stack, 'cdk.tf.json'))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')) as StackJson);
    return new Map([...snapshotFiles(stacks)].map(([file, resources]) => [file, snapshotText(resources)]));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function explain(profile: string): string[] {
  const before = committed(profile);
  const after = current(profile);
  if (typeof after === 'string') return [after];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((file) => {
    const lines = explainChange(before.get(file), after.get(file));
    return lines.length === 0 ? [] : [file, ...lines.map((line) => `  ${line}`)];
  });
}

let changed = 0;
for (const profile of profileNames()) {
  const lines = explain(profile);
  if (lines.length === 0) continue;
  changed++;
  process.stdout.write(`${profile}\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
}
process.stdout.write(
  changed === 0
    ? `Every profile is synthesized as in ${revision}.\n`
    : `${changed} of ${profileNames().length} profiles change. What is wanted is written with NAUTILUS_UPDATE_SNAPSHOTS=1 npx jest --selectProjects synth test/synth/snapshots\n`,
);
