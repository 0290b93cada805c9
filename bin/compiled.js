/** Runs a bundle with what V8 compiled of it the last time: a third of a start is compiling. Node does this by itself from 22 on. */
const fs = require('node:fs');
const { createRequire, enableCompileCache, wrap } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file) : undefined);

/** One file a bundle: what was kept of an older one goes. A folder that cannot be written to only costs the time. */
function keep(folder, name, program, data) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    const draft = path.join(folder, `${name}.${process.pid}`);
    fs.writeFileSync(draft, data);
    fs.renameSync(draft, path.join(folder, name));
    for (const other of fs.readdirSync(folder))
      if (other.startsWith(`${program}-`) && !other.startsWith(name))
        fs.rmSync(path.join(folder, other), { force: true });
  } catch {}
}

/** Runs the bundle as `require` would; what is compiled by the end is kept in the folder for the next time. */
function runCompiled(bundle, folder) {
  if (enableCompileCache) {
    enableCompileCache(folder);
    require(bundle);
    return;
  }
  const source = fs.readFileSync(bundle, 'utf8');
  const program = path.basename(bundle, '.js');
  // V8 itself compares no more than the length of the source, its own version and its flags; a bundle is written as a whole.
  const name = `${program}-${fs.statSync(bundle).mtimeMs.toString(36)}`;
  const script = new vm.Script(wrap(source), {
    filename: bundle,
    cachedData: read(path.join(folder, name)),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (script.cachedDataRejected !== false)
    process.on('exit', () => keep(folder, name, program, script.createCachedData()));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, path.dirname(bundle));
}

module.exports = { runCompiled };
