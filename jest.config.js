/** The ladder: one project a rung, run in this order by `make test`. A limit only ends what hangs: no test measures time. */
const rung = (name, extra = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  ...extra,
});

module.exports = {
  // Of no effect in a project.
  testTimeout: 60_000,
  projects: ['unit', 'synth', 'terraform', 'engines', 'local', 'browser', 'docker'].map((name) => rung(name)),
};
