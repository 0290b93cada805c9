import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
    const stacks = readdirSync(join(output, 'stacks')).map((stack) => {
      const file = join(output, 'stacks', stack, 'cdk.tf.json');
      return [stack, JSON.parse(readFileSync(file, 'utf8')) as StackJson] as const;
    });
    return new Map([...snapshotFiles(new Map(stacks))].map(([file, resources]) => [file, snapshotText(resources)]));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** What changes in a profile, by file. */
function explain(profile: string): [string, string[]][] {
  const before = committed(profile);
  const after = current(profile);
  if (typeof after === 'string') return [['not synthesized', after.split('\n')]];
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((file): [string, string[]] => [file, explainChange(before.get(file), after.get(file))])
    .filter(([, lines]) => lines.length > 0);
}

/** The same change in several profiles is told once. */
const told = new Map<string, string[]>();
for (const profile of profileNames())
  for (const [file, lines] of explain(profile)) {
    const text = [file, ...lines.map((line) => `  ${line}`)].join('\n');
    told.set(text, [...(told.get(text) ?? []), profile]);
  }
for (const [text, profiles] of told) {
  const where = profiles.length === profileNames().length ? 'every profile' : profiles.join(', ');
  process.stdout.write(`${where}: ${text}\n\n`);
}
process.stdout.write(
  told.size === 0
    ? `Every profile is synthesized as in ${revision}.\n`
    : 'What is wanted is written with NAUTILUS_UPDATE_SNAPSHOTS=1 npx jest --selectProjects synth test/synth/snapshots\n',
);
