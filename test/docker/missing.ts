import { spawnSync } from 'node:child_process';
import path from 'node:path';

interface Check {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly use: string;
}

/** What this machine lacks for a deployment of the profile, as `nautilus doctor` says it; empty when it lacks nothing. */
export function missingForDeployment(profile: string): string[] {
  const nautilus = path.join(__dirname, '..', '..', 'cli', 'nautilus.js');
  const { stdout, stderr } = spawnSync(process.execPath, [nautilus, 'doctor', '--profile', profile, '--json'], {
    encoding: 'utf8',
  });
  if (!stdout.startsWith('{')) return [`nautilus doctor fails: ${stderr}`];
  return (JSON.parse(stdout) as { checks: Check[] }).checks
    .filter(({ use, state }) => use === 'deploy' && state !== 'ok')
    .map(({ name, state, found }) => `${name} is ${state} (${found})`);
}
