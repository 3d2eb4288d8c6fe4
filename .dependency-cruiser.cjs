/** The import rules of the house: what is not allowed here is an error. `npm run depcruise`, part of `npm test`. */
/** Specs, and what only specs use. */
const TESTS = '(\\.(spec|int-spec|e2e-spec|testing|fixture)\\.ts$|/src/specs/.*\\.ts$)';
const TESTING = '^libs/[^/]+/src/testing/';
const ENTRIES = '^libs/[^/]+/src/(index|testing/index)\\.ts$|^libs/domain/src/(events|parts|sla/index)\\.ts$';

/** What the code of each lib may import beside itself: libs by their folder, packages by name, Node's modules. */
const MAY_IMPORT = {
  eventsourcing: { libs: [], packages: [], node: [] },
  domain: { libs: ['eventsourcing'], packages: ['temporal-polyfill'], node: ['crypto'] },
  application: {
    libs: ['domain', 'eventsourcing', 'config', 'contracts'],
    packages: ['@nestjs/common', '@nestjs/core', '@nestjs/cqrs', 'rxjs'],
    node: '.*',
  },
  'read-models': {
    libs: ['domain', 'eventsourcing', 'contracts'],
    packages: ['typeorm', 'temporal-polyfill'],
    node: ['crypto', 'zlib'],
  },
  postgres: {
    libs: ['eventsourcing', 'config'],
    packages: ['typeorm', 'pg', 'pg-copy-streams', 'pg-cursor'],
    node: '.*',
  },
  kafka: { libs: ['domain', 'eventsourcing', 'contracts', 'config'], packages: ['kafkajs'], node: '.*' },
  contracts: { libs: [], packages: ['zod'], node: [] },
  config: { libs: [], packages: ['zod', '@nestjs/common', 'jose'], node: '.*' },
};

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const oneOf = (names) => (names.length === 0 ? '(?!)' : `(${names.map(escape).join('|')})`);

/** Rules that hold a lib to its row of the table. */
function rulesOf([lib, allowed]) {
  const from = { path: `^libs/${lib}/src/`, pathNot: [TESTS, TESTING] };
  const rules = [
    {
      name: `${lib}-libs`,
      from,
      to: { path: '^libs/', pathNot: [`^libs/${lib}/`, `^libs/${oneOf(allowed.libs)}/`] },
    },
    {
      name: `${lib}-packages`,
      from,
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: [`(^|/)node_modules/(@types/)?${oneOf(allowed.packages)}(/|$)`],
      },
    },
  ];
  if (allowed.node !== '.*') {
    const pathNot = [`^(node:)?${oneOf(allowed.node)}$`];
    rules.push({ name: `${lib}-node`, from, to: { dependencyTypes: ['core'], pathNot } });
  }
  return rules.map((rule) => ({ ...rule, severity: 'error' }));
}

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'libs-by-their-entry',
      comment: 'from another lib or an app: @fieldcase/<lib>, and no file behind it',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/', pathNot: [TESTS] },
      to: { path: '^libs/[^/]+/src/', pathNot: [ENTRIES, '^$1/$2/'] },
    },
    {
      name: 'tests-by-the-entry-too',
      severity: 'error',
      from: { path: `^(apps|libs)/([^/]+)/.*${TESTS}` },
      to: { path: '^libs/[^/]+/src/', pathNot: [ENTRIES, '^$1/$2/'] },
    },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'read-models-know-events-and-clocks-only',
      severity: 'error',
      from: { path: '^libs/read-models/src/', pathNot: [TESTS] },
      to: { path: '^libs/domain/src/index\\.ts$' },
    },
    {
      name: 'kafka-knows-events-only',
      severity: 'error',
      from: { path: '^libs/kafka/src/', pathNot: [TESTS] },
      to: { path: '^libs/domain/src/', pathNot: ['^libs/domain/src/events\\.ts$'] },
    },
    {
      name: 'cqrs-in-application-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/application/', TESTS] },
      to: { path: 'node_modules/@nestjs/cqrs/' },
    },
    {
      name: 'tests-stay-out-of-the-product',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [TESTS, TESTING] },
      to: { path: ['^test/', TESTS, TESTING, 'node_modules/(jest|fast-check|@jest)/'] },
    },
    ...Object.entries(MAY_IMPORT).flatMap(rulesOf),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/|^test/structure/fixtures/' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
