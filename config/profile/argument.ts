import { join } from 'node:path';
import { profilesFolder } from './extends';
import type { Profile } from './profile';

/** What a command line says of a profile. */
export interface NamedProfile extends Pick<Profile, 'name'> {
  /** Absolute path. @default that of the profile of this name that comes with the platform */
  readonly file?: string;
}

/** Whether a name is all that it takes to find the profile: it comes with the platform. */
export const isFoundByName = ({ name, file }: NamedProfile): boolean =>
  file === undefined || file === join(profilesFolder(), `${name}.yaml`);

/** How a command names the profile after `--profile`, in any folder and any shell: its name where that finds it, else its file. */
export const profileArgument = (profile: NamedProfile): string =>
  isFoundByName(profile) || profile.file === undefined ? profile.name : quoted(profile.file);

/** Between single quotes a shell takes everything as it is, except them. */
const quoted = (text: string): string =>
  /^[\w./@%+:,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
