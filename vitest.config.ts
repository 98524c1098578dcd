import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    passWithNoTests: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    setupFiles: ['test/setup.ts'],
    // What the simulator builds runs as Node has it: thousands of worlds are too many for vitest's modules.
    server: { deps: { external: [/\/dist\/test\/planted\//] } },
    reporters: ['default', 'test/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/lab/**'] },
      },
      {
        extends: true,
        // The laboratory shares one kernel: its files run one after another, when all else is done.
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
