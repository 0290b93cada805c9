/**
 * The ladder of tests: static checks, then each rung of jest.config.js in order. Prints a line a rung and, last,
 * "N passed, N failed, N skipped". A rung that this machine cannot run says in its own output what is missing.
 * Arguments name the rungs to run; none runs all.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

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
  for (const [what, command] of [
    ['types', ['tsc', '--noEmit']],
    ['lint and format', ['biome', 'check', '.']],
    [
      'import directions',
      [
        'depcruise',
        '--config',
        '.dependency-cruiser.cjs',
        'main.ts',
        'config',
        'manifest',
        'constructs',
        'stacks',
        'operations',
        'cli',
        'engines',
        'bench',
      ],
    ],
  ]) {
    const [name, ...args] = command;
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
      '--passWithNoTests',
      ...(rung === 'unit' ? [] : ['--runInBand']),
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

require('../bin/build.js').ensureBuilt();
const rungs = ['static', 'unit', 'synth', 'terraform', 'engines', 'local', 'docker'].filter(
  (rung) => wanted.length === 0 || wanted.includes(rung),
);
for (const rung of rungs) rung === 'static' ? staticChecks() : jestRung(rung);
fs.rmSync(results, { recursive: true, force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
