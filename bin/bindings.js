/** Typed constructs of Terraform providers that npm has none of, made from the providers' schemas into .gen/. */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Problem } = require('./problem.js');
const { isCurrent, replaceFolder } = require('./replace.js');

const root = path.join(__dirname, '..');
const schemas = ['constructs/dashboards/provider/grafana-4.45.1.json']
  .map((schema) => path.join(root, schema))
  .filter((schema) => fs.existsSync(schema));
const generator = path.join(__dirname, 'generate-bindings.js');
const output = path.join(root, '.gen');
const STAMP = 'stamp';

/** What the bindings are made from: the schemas, and what makes them. */
function fingerprint() {
  const hash = createHash('sha256').update(fs.readFileSync(generator));
  for (const schema of schemas) hash.update(fs.readFileSync(schema));
  return hash.update(require('../package.json').devDependencies['@cdktf/provider-generator']).digest('hex');
}

/** Only an install with the development tools has the generator. */
function canGenerate() {
  try {
    require.resolve('@cdktf/provider-generator/package.json');
    return true;
  } catch {
    return false;
  }
}

const unwritable = (cause) =>
  new Problem(
    'NAUT_BINDINGS_FAILED',
    `the provider schemas are newer than their bindings, and ${root} cannot be written to: ${cause.message}`,
    'generate them once as a user who may write there: `node bin/bindings.js`',
  );

/** Writes the bindings into a folder. @throws Problem NAUT_BINDINGS_FAILED */
function generate(folder) {
  const { spawnSync } = require('node:child_process');
  // cdktf looks for Terraform and reports its use when it is loaded: neither matters here.
  const { TF_CLI_CONFIG_FILE: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [generator, folder, ...schemas], {
    env: { ...env, CHECKPOINT_DISABLE: '1' },
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Problem('NAUT_BINDINGS_FAILED', 'the bindings of Terraform providers cannot be generated', 'npm ci', [
      stderr.trim(),
    ]);
}

/**
 * Makes the bindings again if what they are made from has changed. False: this install has no generator, so whatever needs
 * the bindings cannot be built here.
 *
 * @throws Problem NAUT_BINDINGS_FAILED
 */
function ensureBindings() {
  if (schemas.length === 0) return true;
  const wanted = fingerprint();
  if (isCurrent(output, STAMP, wanted)) return true;
  if (!canGenerate()) return false;
  replaceFolder(output, { stamp: STAMP, wanted, unwritable }, generate);
  return true;
}

module.exports = { ensureBindings };
if (require.main === module) require('./problem.js').tell(ensureBindings);
