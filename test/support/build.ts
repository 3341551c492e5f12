import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const built = globalThis as { tsgenBuild?: Promise<unknown> };

/**
 * Builds `dist/` once a run, so that integration and e2e tests exercise what users get: a stale
 * bundle would test yesterday's code. Both projects ask for it; the first one does it.
 */
export default async function setup(): Promise<void> {
  built.tsgenBuild ??= promisify(execFile)(process.execPath, ['scripts/build.mjs']);
  await built.tsgenBuild;
}
