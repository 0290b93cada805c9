import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder that the platform is installed in: the nearest one above this code that has cdktf.json. */
export function installationRoot(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'cdktf.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no cdktf.json in or above ${__dirname}`);
    folder = parent;
  }
  return folder;
}
