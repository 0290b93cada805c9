/** Imports go one way: config <- manifest <- constructs <- stacks <- main.ts; operations read config and manifest; engines read the catalogue. */
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: {
    path: '^(main\\.ts|config|manifest|constructs|stacks|operations|cli|engines|bench|test)(/|$)',
    pathNot: allowed,
  },
});

module.exports = {
  forbidden: [
    layer('config-imports-nothing', '^config/', ['^config/']),
    layer('manifest-imports-config', '^manifest/', ['^(manifest|config)/']),
    layer('constructs-import-manifest-and-config', '^constructs/', ['^(constructs|manifest|config)/']),
    layer('stacks-import-constructs', '^stacks/', ['^(stacks|constructs|manifest|config)/']),
    layer('operations-import-config-and-manifest', '^operations/', ['^(operations|manifest|config)/']),
    layer('cli-calls-operations', '^cli/', [
      '^(cli|operations|manifest|config)/',
      '^engines/core/',
      '^engines/marketdata/(files|lobster|recording)/',
      '^engines/ems/models/',
      '^engines/oms/replay\\.ts$',
      '^engines/pms/books/records\\.ts$',
    ]),
    layer('core-imports-the-catalogue', '^engines/core/', ['^engines/core/', '^config/(catalog|fingerprint)\\.ts$']),
    {
      name: 'an-engine-imports-core-and-the-catalogue',
      severity: 'error',
      from: { path: '^engines/([^/]+)/', pathNot: '^engines/core/' },
      to: {
        path: '^(config|manifest|constructs|stacks|operations|cli|engines|bench)/',
        pathNot: ['^engines/$1/', '^engines/core/', '^config/catalog\\.ts$'],
      },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules/(?!@nautilus)' },
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
