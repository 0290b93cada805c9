/** Starts a program of dist/. No syntax or module here that an old Node does not know: it must be able to say that it is too old. */
const { Problem, tell } = require('./problem.js');

const oldest = require('../package.json').engines.node.replace('>=', '');

/** @throws Problem NAUT_NODE_TOO_OLD */
function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldest.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Problem(
    'NAUT_NODE_TOO_OLD',
    `Node ${process.versions.node} cannot run Nautilus; ${oldest} or later can`,
    `install Node ${oldest} or later: https://nodejs.org, or a version manager (nvm install 22)`,
  );
}

/** Builds what is out of date, then runs a bundle. A package that it misses is told like one that the build misses. */
module.exports = (program) =>
  tell(() => {
    requireNode();
    const dist = require('./build.js').ensureBuilt();
    const bundle = `${dist}/${program}.js`;
    if (!require('node:fs').existsSync(bundle))
      throw new Problem(
        'NAUT_NOT_INSTALLED',
        `${program} needs bindings of Terraform providers, and what generates them is not installed`,
        'run `npm ci`, which installs the development tools too',
      );
    try {
      require('./compiled.js').runCompiled(bundle, `${dist}/compiled`);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
      throw new Problem(
        'NAUT_NOT_INSTALLED',
        error.message.split('\n')[0],
        'run `make up`, which installs what it needs, or `npm ci`',
      );
    }
  });
