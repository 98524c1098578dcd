// What the compiler does not see: forgotten promises, unused code, impurity in core.
// Each relaxation has its reason beside it; comments in the code cannot switch a rule off.

import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TYPED = ['core/**/*.ts', 'adapters/**/*.ts', 'test/**/*.ts', 'vitest.config.ts'];
const SHIPPED = ['core/**/*.ts', 'adapters/**/*.ts', 'assembly/**/*.ts'];

/** ESLint's own rules that neither the compiler nor typescript-eslint's sets contain. */
const ownRules = {
  'array-callback-return': 'error',
  eqeqeq: 'error',
  'for-direction': 'error',
  'no-compare-neg-zero': 'error',
  'no-cond-assign': 'error',
  'no-constant-binary-expression': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': 'error',
  'no-empty-character-class': 'error',
  'no-eval': 'error',
  'no-extra-boolean-cast': 'error',
  'no-irregular-whitespace': 'error',
  'no-loss-of-precision': 'error',
  'no-misleading-character-class': 'error',
  'no-regex-spaces': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-unassigned-vars': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-assignment': 'error',
  'no-useless-catch': 'error',
  'no-useless-escape': 'error',
  'no-useless-rename': 'error',
  'no-useless-return': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'preserve-caught-error': 'error',
  'use-isnan': 'error',
};

/** As the compiler has it: a parameter that an interface asks for may go unused by the name `_…`. */
const unused = ['error', { args: 'all', argsIgnorePattern: '^_', caughtErrors: 'all' }];

const typedRules = {
  '@typescript-eslint/no-unused-vars': unused,
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    // A default for what is left of a large union is a decision, not an omission.
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/prefer-readonly': 'error',
  '@typescript-eslint/strict-boolean-expressions': [
    'error',
    // `flags & BIT` reads as it is meant. A number that may be absent does not: link 0 and port 0 exist.
    {
      allowNumber: true,
      allowNullableNumber: false,
      allowString: true,
      allowNullableBoolean: true,
    },
  ],
  // Sentences for people are full of ports and offsets.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // `() => link.close()` is the idiom of callbacks, `return put32(…)` that of early returns.
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // `while (true)` is how a loop says that it ends from within.
  '@typescript-eslint/no-unnecessary-condition': [
    'error',
    { allowConstantLoopConditions: 'only-allowed-literals' },
  ],
};

const asValue = (name) => ({
  name,
  message: 'core is pure: time, chance and I/O come in as values.',
});

export default defineConfig(
  { ignores: ['dist/', 'coverage/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.{js,cjs,ts}'], rules: ownRules },
  {
    files: TYPED,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['vitest.config.ts'],
          defaultProject: 'test/tsconfig.json',
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...typedRules,
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^fp-ts(?!/lib/[^/]+\\.js$)',
              message:
                "Import 'fp-ts/lib/Either.js': the bare path passes in vitest and fails in Node.",
            },
          ],
        },
      ],
    },
  },
  {
    // AssemblyScript has the grammar of TypeScript and types of its own.
    files: ['assembly/**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser },
    // There `==` compares values, as `===` does here.
    rules: { '@typescript-eslint/no-unused-vars': unused, eqeqeq: 'off' },
  },
  { files: SHIPPED, rules: { 'max-lines': ['error', 300] } },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          ...['Date', 'performance', 'Temporal', 'crypto', 'process', 'console', 'Buffer'],
          ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'],
          ...['globalThis', 'global', 'require'],
        ].map(asValue),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: asValue('').message },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo)$/]',
          message: 'Every test runs; one that a machine cannot run says so by runIf.',
        },
      ],
    },
  },
);
