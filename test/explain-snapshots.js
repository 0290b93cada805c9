/** Runs test/synth/explain-snapshots.ts, which needs no build of its own beside what it synthesizes with. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ensureBuilt } = require('../bin/build.js');

const root = path.join(__dirname, '..');
ensureBuilt();
const folder = fs.mkdtempSync(path.join(root, '.dist-'));
try {
  const outfile = path.join(folder, 'explain-snapshots.js');
  require('esbuild').buildSync({
    entryPoints: [path.join(__dirname, 'synth', 'explain-snapshots.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['koffi', 'esbuild'],
    logLevel: 'error',
  });
  process.exitCode =
    spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
