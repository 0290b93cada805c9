import path from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles a program of the repository, as bin/build.js does, so that it can be run as a process of its own. Returns the bundle. */
export function bundle(program: string, directory: string): string {
  const outfile = path.join(directory, `${path.basename(path.dirname(program))}-${path.basename(program, '.ts')}.js`);
  buildSync({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['koffi', 'pg-native'],
    keepNames: true,
    logLevel: 'error',
  });
  return outfile;
}
