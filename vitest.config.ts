import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { BY_ENGINE, SOON } from './test/support/soon.ts';

const SCENARIOS = 'test/e2e/scenarios.test.ts';

// So many files at a time are for two cores: they wait for engine, proxies and processes more than
// they work. What they start has names of its own.
const FIRST = { maxWorkers: 3, sequence: { groupOrder: 0 } };
const THEN = { maxWorkers: 3, sequence: { groupOrder: 1 } };

const E2E = {
  expect: { poll: BY_ENGINE },
  globalSetup: ['test/support/build.ts', 'test/support/engine-setup.ts'],
  testTimeout: 240_000,
  hookTimeout: 300_000,
};

/**
 * Projects by what they need: `unit` nothing, `integration` the file system, child processes and a
 * fake engine on a socket, `e2e` a real engine with real proxies, `scenarios` much of the machine
 * besides. First come the end-to-end tests, then the rest, with the scenarios beside it.
 */
export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/test-report.json' },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          ...THEN,
          expect: { poll: SOON },
          // Their modules do nothing when they are loaded: a process of its own for each file would cost
          // more than what it tests.
          isolate: false,
          // Properties over thousands of cases; the limit is for what hangs.
          testTimeout: 60_000,
          include: ['{src,scripts,bench,test/support,test/scenarios}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          ...THEN,
          expect: { poll: SOON },
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [SCENARIOS],
          ...FIRST,
          ...E2E,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: [SCENARIOS],
          ...THEN,
          // At a time, each with containers of its own. What they change of one proxy at a time is one
          // reload.
          maxConcurrency: 4,
          ...E2E,
        },
      },
    ],
  },
});
