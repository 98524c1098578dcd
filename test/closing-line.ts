// A reporter that ends the output with one plain line, `N passed, N failed, N skipped`, for CI to count.

import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What failed outside a test: a file that could not be loaded, a hook, a promise nobody awaited. */
const failuresOutsideTests = (
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
): number => {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  return unhandled.length + suites.filter((suite) => suite.errors().length > 0).length;
};

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number =>
      tests.filter((test) => test.result().state === state).length;
    const failed = count('failed') + failuresOutsideTests(modules, unhandled);
    const skipped = count('skipped') + count('pending');
    process.stdout.write(`${count('passed')} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
