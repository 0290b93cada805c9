/**
 * The ladder of tests: static checks, then each rung of jest.config.js in order. Prints a line a rung and, last,
 * "N passed, N failed, N skipped". A rung that this machine cannot run says in its own output what is missing.
 * Arguments name the rungs to run; none runs all.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { ensureBuilt } = require('../bin/build.js');
const { tell } = require('../bin/problem.js');
const { scripts } = require('../package.json');

const root = path.join(__dirname, '..');
const wanted = process.argv.slice(2);
const results = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Adds one rung's counts to the totals and prints its line. */
function report(rung, counts, startedAt) {
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `rung ${rung}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
  );
}

function staticChecks() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const startedAt = Date.now();
  for (const [what, script] of [
    ['types', 'typecheck'],
    ['lint and format', 'check'],
    ['import directions', 'imports'],
  ]) {
    const [name, ...args] = scripts[script].split(' ');
    const { status, stdout, stderr } = spawnSync(path.join(root, 'node_modules/.bin', name), args, {
      cwd: root,
      encoding: 'utf8',
    });
    counts[status === 0 ? 'passed' : 'failed']++;
    if (status !== 0) console.log(`${what}:\n${stdout}${stderr}`);
  }
  report('static', counts, startedAt);
}

function jestRung(rung) {
  const startedAt = Date.now();
  const output = path.join(results, `${rung}.json`);
  const jest = path.join(root, 'node_modules/.bin/jest');
  const { status } = spawnSync(
    jest,
    [
      '--selectProjects',
      rung,
      '--json',
      `--outputFile=${output}`,
      rung === 'unit' ? '--maxWorkers=100%' : '--runInBand',
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (!fs.existsSync(output)) return report(rung, { passed: 0, failed: 1, skipped: 0 }, startedAt);
  const summary = JSON.parse(fs.readFileSync(output, 'utf8'));
  const counts = {
    passed: summary.numPassedTests,
    failed: summary.numFailedTests + summary.numRuntimeErrorTestSuites,
    skipped: summary.numPendingTests + summary.numTodoTests,
  };
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  report(rung, counts, startedAt);
}

const ladder = ['static', ...require('../jest.config.js').projects.map(({ displayName }) => displayName)];
const unknown = wanted.filter((rung) => !ladder.includes(rung));
if (unknown.length > 0) {
  console.error(`there is no rung "${unknown[0]}"\n  allowed: ${ladder.join(', ')}`);
  process.exit(1);
}
tell(ensureBuilt);
for (const rung of ladder.filter((name) => wanted.length === 0 || wanted.includes(name)))
  rung === 'static' ? staticChecks() : jestRung(rung);
fs.rmSync(results, { recursive: true, force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
