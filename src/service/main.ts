// The is_prime service as a program: environment in, exit code out. 0 after a stop, 1 when it
// could not listen, 2 when the environment is not valid, 128 + signal when told to hurry.
import { availableParallelism, constants, hostname, networkInterfaces } from 'node:os';
import { Worker } from 'node:worker_threads';
import { outwardAddresses } from './addresses.ts';
import { Service } from './service.ts';
import { parseSettings, type Settings } from './settings.ts';

const log = (line: string) => {
  process.stdout.write(`${line}\n`);
};
const logError = (line: string) => {
  process.stderr.write(`${line}\n`);
};

const machine = { hostname: hostname(), cores: availableParallelism() };
const parsed = parseSettings(process.env, machine);
if (parsed.ok) {
  await run(parsed.settings);
} else {
  logError(`Cannot start the is_prime service: ${parsed.reason}`);
  process.exitCode = 2;
}

async function run(settings: Settings): Promise<void> {
  const service = new Service(settings, {
    startWorker: () => new Worker(new URL('./worker.js', import.meta.url)),
    addresses: () => outwardAddresses(networkInterfaces()),
    log,
    logFault: logError,
  });
  // Before anything else: as process 1 of a container, a signal without a handler is lost.
  const signalled = firstSignal();
  try {
    await service.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logError(
      `Cannot start the is_prime service: ${reason}; set PORT (and HOST) to an address that is free here`,
    );
    process.exit(1);
  }
  await service.stop(`Received ${await signalled}`);
  process.exit(0);
}

/** Resolves at the first stop signal; the second one ends the process at once. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (stopping) {
          logError(`Received ${signal} while stopping: ending at once`);
          process.exit(128 + constants.signals[signal]);
        }
        stopping = true;
        resolve(signal);
      });
    }
  });
}
