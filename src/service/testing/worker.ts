import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

export interface WorkerBundle extends AsyncDisposable {
  readonly startWorker: () => Worker;
}

/**
 * The real worker thread, bundled into a folder of its own: Node.js 20 cannot start a thread
 * from TypeScript. Disposing removes the folder.
 */
export async function bundleWorker(): Promise<WorkerBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'tsgen-service-'));
  const outfile = join(folder, 'worker.mjs');
  const entry = join(import.meta.dirname, '..', 'worker.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' });
  return {
    startWorker: () => new Worker(outfile),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
