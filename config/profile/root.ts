import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder that has `config/profiles` in it, looked for upwards from this file: source tree and bundle find the same one. */
export function platformRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'config', 'profiles'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no config/profiles above ${from}`);
  }
}

export const profilesFolder = () => join(platformRoot(), 'config', 'profiles');
