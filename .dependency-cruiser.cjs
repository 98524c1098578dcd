// What may import what: the rooms, and the doors between them.

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'layout-imports-nothing',
      comment: 'tsc and asc compile the same layout files: they hold constants only.',
      severity: 'error',
      from: { path: '^(core/(wire|rpc)|assembly)/layout/' },
      to: {},
    },
    {
      name: 'core-is-pure',
      comment: 'core imports core, fp-ts and io-ts: nothing of Node, no other package.',
      severity: 'error',
      from: { path: '^core/' },
      to: { pathNot: ['^core/', '^node_modules/(fp-ts|io-ts)/'] },
    },
    {
      name: 'wire-knows-no-switch',
      comment: 'Packets are below decisions.',
      severity: 'error',
      from: { path: '^core/wire/' },
      to: { path: '^core/', pathNot: '^core/wire/' },
    },
    {
      name: 'rpc-is-codecs',
      comment: 'Messages of ONC RPC lie above packets, and below all that decides by them.',
      severity: 'error',
      from: { path: '^core/rpc/' },
      to: { pathNot: ['^core/(wire|rpc)/', '^node_modules/fp-ts/'] },
    },
    {
      name: 'decision-is-data',
      comment: 'What decisions read and say knows nothing of who decides.',
      severity: 'error',
      from: { path: '^core/decision/' },
      to: { path: '^core/', pathNot: ['^core/(wire|rpc)/', '^core/decision/'] },
    },
    {
      name: 'host-is-below-the-switch',
      comment: 'The switch asks the host what one host does; not the other way round.',
      severity: 'error',
      from: { path: '^core/host/' },
      to: { path: '^core/', pathNot: ['^core/(wire|rpc|decision|host)/'] },
    },
    {
      name: 'switch-decides-alone',
      comment: 'Configuration, simulation and explanation are made of the switch, not it of them.',
      severity: 'error',
      from: { path: '^core/switch/' },
      to: { path: '^core/(config|simulate|explain)/' },
    },
    {
      name: 'cluster-stands-alone',
      comment:
        'Cluster messaging is useful without a gateway: it knows packets’ addresses, and no switch.',
      severity: 'error',
      from: { path: '^core/cluster/' },
      to: { path: '^core/', pathNot: '^core/(wire|cluster)/' },
    },
    {
      name: 'nobody-below-the-cluster',
      comment:
        'What the gateway tells other computers goes through the configuration’s and adapters’ hands.',
      severity: 'error',
      from: { path: '^core/(wire|rpc|decision|host|switch)/' },
      to: { path: '^core/cluster/' },
    },
    {
      name: 'assembly-stands-alone',
      comment:
        'Kernels share constants with core, never functions: a shared algorithm proves nothing.',
      severity: 'error',
      from: { path: '^assembly/' },
      to: { pathNot: ['^assembly/', '^core/(wire|rpc)/layout/'] },
    },
    {
      name: 'adapters-use-built-kernels',
      comment:
        'Adapters load the compiled kernels, not their source; they may read where things lie in memory.',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^assembly/', pathNot: '^assembly/layout/' },
    },
    {
      name: 'nobody-imports-test',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'golden-imports-no-layout',
      comment: 'A wrong constant must be caught by bytes that do not use it.',
      severity: 'error',
      from: { path: '^test/golden/' },
      to: { path: '^core/(wire|rpc)/layout/' },
    },
    {
      name: 'shipped-needs-no-tools',
      comment: 'What is shipped runs with the dependencies, without the devDependencies.',
      severity: 'error',
      from: { path: '^(core|adapters)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-circles',
      comment:
        'Modules that need each other are one module. Two that name each other’s types are fine.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nobody imports and that imports nobody is left over.',
      severity: 'error',
      from: { orphan: true },
      to: {},
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Type imports count too: a type is knowledge of another room.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['main'],
    },
  },
};
