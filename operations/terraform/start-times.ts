import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installationRoot, type Profile } from '@nautilus/config';

/** Seconds by container, from the end of the old one to a healthy new one, as the last deployments took. */
export type StartTimes = Readonly<Record<string, number>>;

const fileOf = (profile: Pick<Profile, 'name'>, root = installationRoot()): string =>
  path.join(root, '.nautilus', profile.name, 'start-times.json');

/** What a replacement of each container took when it was last made. */
export function readStartTimes(profile: Pick<Profile, 'name'>, root?: string): StartTimes {
  const file = fileOf(profile, root);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StartTimes) : {};
}

/** Keeps what a deployment took; of containers that it left alone the last known time stays. */
export function noteStartTimes(profile: Pick<Profile, 'name'>, times: StartTimes, root?: string): void {
  const file = fileOf(profile, root);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...readStartTimes(profile, root), ...times }, null, 2)}\n`);
}
