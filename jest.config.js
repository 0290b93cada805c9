/** The ladder: one project a rung, run in this order by `make test`. A limit only ends what hangs: no test measures time. */
const rung = (name, extra = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testTimeout: 60_000,
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
  projects: ['unit', 'synth', 'terraform', 'engines', 'local', 'browser', 'docker'].map((name) => rung(name)),
};
