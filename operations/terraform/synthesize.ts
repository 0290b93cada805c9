import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { installationRoot, isProfilePath, NautilusError, type ServiceName } from '@nautilus/config';
import { forgetSynthesis, type Manifest, manifestPath, readManifest } from '@nautilus/manifest';
import { run } from './process';

export interface SynthesizeProps {
  /** Name of a profile, or path of its file. */
  readonly profile: string;
  /** Folder that gets stacks/ and manifest.json. */
  readonly output: string;
  /** Data volumes may be destroyed. @default false */
  readonly releaseVolumes?: boolean;
  /** Optional services that are left out. @default those of NAUTILUS_WITHOUT */
  readonly without?: readonly ServiceName[];
}

/**
 * Runs the app (main.ts) in a process of its own: profile in, cdk.tf.json for each stack and the manifest out.
 *
 * @throws NautilusError what the app says is wrong; nothing of an older synthesis is left then
 */
export async function synthesize({
  profile,
  output,
  releaseVolumes = false,
  without,
}: SynthesizeProps): Promise<Manifest> {
  mkdirSync(output, { recursive: true });
  forgetSynthesis(output);
  const root = installationRoot();
  const finished = await run(process.execPath, [path.join(root, 'bin', 'synth.js')], {
    cwd: root,
    env: {
      ...process.env,
      NAUTILUS_PROFILE: isProfilePath(profile) ? path.resolve(profile) : profile,
      NAUTILUS_RELEASE_VOLUMES: releaseVolumes ? '1' : '0',
      CDKTF_OUTDIR: output,
      ...(without && { NAUTILUS_WITHOUT: without.join(',') }),
    },
  });
  if (finished.exitCode !== 0) {
    forgetSynthesis(output);
    if (finished.interrupted)
      throw new NautilusError({
        code: 'NAUT_INTERRUPTED',
        message: 'stopped while the configuration was synthesized; nothing was changed',
      });
    throw reported(finished.stderr) ?? internal(finished.stderr || finished.stdout);
  }
  return readManifest(manifestPath(output));
}

/** The error that the app printed in the platform's form (code, message, indented details, fix), as an error again. */
export function reported(text: string): NautilusError | undefined {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => /^NAUT_[A-Z_]+ {2}/.test(line));
  const head = /^(NAUT_[A-Z_]+) {2}(.*)$/.exec(lines[first] ?? '');
  if (!head) return undefined;
  const details: string[] = [];
  let fix: string | undefined;
  for (const line of lines.slice(first + 1)) {
    if (!line.startsWith('  ')) break;
    if (line.startsWith('  fix: ')) fix = line.slice('  fix: '.length);
    else details.push(line.slice(2));
  }
  return new NautilusError({ code: head[1] as `NAUT_${string}`, message: head[2] ?? '', details, fix });
}

function internal(text: string): NautilusError {
  return new NautilusError({
    code: 'NAUT_SYNTH_FAILED',
    message: 'the configuration could not be synthesized',
    details: text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 8),
  });
}
