import { defineConfig } from 'vitest/config';

/** Those that count what tsgen does: others' containers on the same engine would give it more to do. */
const ALONE = 'test/e2e/{stack,host-tsgen,paths-stack}.test.ts';
const SCENARIOS = 'test/e2e/scenarios.test.ts';

const E2E = {
  globalSetup: ['test/support/build.ts', 'test/support/engine-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 300_000,
};

/**
 * Projects by what they need: `unit` nothing, `integration` the file system, child processes and a
 * fake engine on a socket, `e2e` a real engine with real proxies, `e2e-alone` that engine for itself,
 * `scenarios` most of the machine.
 */
export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/test-report.json' },
    // End-to-end tests wait more than they work; what they start has names of its own.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          // Properties over thousands of cases; the limit is for what hangs.
          testTimeout: 60_000,
          include: ['{src,scripts,bench,test/support,test/scenarios}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [ALONE, SCENARIOS],
          ...E2E,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          include: [ALONE],
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          ...E2E,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: [SCENARIOS],
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          // At a time, each with containers of its own.
          maxConcurrency: 5,
          ...E2E,
        },
      },
    ],
  },
});
