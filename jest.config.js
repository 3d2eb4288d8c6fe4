// Nest 12 and some helpers are ESM only: they are transformed as well, nested copies too.
const esmOnly = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'cookie',
  'jose',
  'temporal-polyfill',
  'temporal-utils',
  'temporal-spec',
  '@seriousme',
];
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/prepare-template.ts',
  rootDir: '.',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'],
  moduleNameMapper: Object.fromEntries(
    Object.entries(require('./tsconfig.json').compilerOptions.paths).map(([alias, [target]]) => [
      `^${alias}$`,
      target.replace('./', '<rootDir>/'),
    ]),
  ),
  transform: {
    '^.+\\.(ts|m?js)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/test/structure/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 30_000,
  transformIgnorePatterns: [`/node_modules/(?!(?:.*/node_modules/)?(${esmOnly.join('|')})/)`],
};
