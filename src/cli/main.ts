import { TsgenError } from '../base/errors.ts';
import { EXIT_CODES, STOPPED, type StopSignal } from './exit-codes.ts';
import type { Io, Terminal } from './io.ts';

const stop = new AbortController();
let stoppedBy: StopSignal | undefined;

/** The first one ends what is going on in an orderly way, the second one at once. */
function onStopSignal(signal: StopSignal): void {
  if (stoppedBy) process.exit(STOPPED[signal]);
  stoppedBy = signal;
  stop.abort(new Error(`stopped by ${signal}`));
}

/** nginx opens its logs anew, httpd and HAProxy have meanings of their own. */
const PROXY_SIGNALS = ['SIGUSR1', 'SIGUSR2'] as const;

function terminal(stream: NodeJS.WriteStream): Terminal {
  return {
    write: (text) => void stream.write(text),
    color: stream.isTTY === true && !process.env.NO_COLOR,
    ...(stream.isTTY === true && stream.columns > 0 ? { columns: stream.columns } : {}),
  };
}

const io: Io = {
  env: process.env,
  cwd: process.cwd(),
  readInput: async () => (await import('node:stream/consumers')).text(process.stdin),
  out: terminal(process.stdout),
  err: terminal(process.stderr),
  stop: stop.signal,
  onHangup: (callback, signal) => {
    process.on('SIGHUP', callback);
    signal.addEventListener('abort', () => process.off('SIGHUP', callback), { once: true });
  },
  onProxySignal: (callback, signal) => {
    for (const name of PROXY_SIGNALS) {
      process.on(name, callback);
      signal.addEventListener('abort', () => process.off(name, callback), { once: true });
    }
  },
};

process.on('SIGINT', onStopSignal);
process.on('SIGTERM', onStopSignal);
// nginx's images are stopped with it.
process.on('SIGQUIT', onStopSignal);
// A reader that went away (`tsgen … | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
// Where nobody reads the log, the work goes on without it.
process.stderr.on('error', () => undefined);

/** Says what went wrong; returns the exit code. */
async function report(error: unknown): Promise<number> {
  const { faultText } = await import('./view/fault-text.ts');
  const foreseen = error instanceof TsgenError;
  const text = foreseen || !(error instanceof Error) ? faultText(error) : error.stack;
  io.err.write(`tsgen: ${text}\n`);
  return EXIT_CODES[foreseen ? error.kind : 'unexpected'].code;
}

try {
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv.slice(2), io);
} catch (error) {
  process.exitCode = stoppedBy ? STOPPED[stoppedBy] : await report(error);
}
