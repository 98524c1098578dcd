import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    passWithNoTests: false,
    // The laboratory shares one kernel: its files run one after another.
    fileParallelism: true,
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
