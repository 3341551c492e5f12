import { messageOf, TsgenError } from '../base/errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Io, Terminal } from './io.ts';
import { runProgram } from './program.ts';

const stop = new AbortController();

/** The first one ends what is going on in an orderly way, the second one at once. */
function onStopSignal(signal: 'SIGINT' | 'SIGTERM'): void {
  if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
  stop.abort(new Error(`stopped by ${signal}`));
}

function terminal(stream: NodeJS.WriteStream): Terminal {
  return {
    write: (text) => void stream.write(text),
    color: stream.isTTY === true && !process.env.NO_COLOR,
  };
}

const io: Io = {
  env: process.env,
  cwd: process.cwd(),
  out: terminal(process.stdout),
  err: terminal(process.stderr),
  stop: stop.signal,
  onHangup: (callback, signal) => {
    process.on('SIGHUP', callback);
    signal.addEventListener('abort', () => process.off('SIGHUP', callback), { once: true });
  },
};

process.on('SIGINT', onStopSignal);
process.on('SIGTERM', onStopSignal);
// A reader that went away (`tsgen … | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), io);
} catch (error) {
  const foreseen = error instanceof TsgenError;
  const text = foreseen || !(error instanceof Error) ? messageOf(error) : error.stack;
  io.err.write(`tsgen: ${text}\n`);
  process.exitCode = EXIT_CODES[foreseen ? error.kind : 'unexpected'].code;
}
