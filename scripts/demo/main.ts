// `make demo`: brings the stack up, scales it while requests flow, and shows who answers. Exit
// code 0, 1 when something failed or the replicas were not those expected, 2 when the environment
// is not valid, 128 + signal when interrupted.
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { codeOf } from '../../src/base/errors.ts';
import { askIsPrime } from './ask.ts';
import { runDemo } from './demo.ts';
import { dockerErrorLines, portTakenLines } from './faults.ts';
import { LiveView } from './live-view.ts';
import { lookOf } from './look.ts';
import { addressOf } from './next-steps.ts';
import { PlainView } from './plain-view.ts';
import { isTaken } from './port.ts';
import { parseSettings, type Settings } from './settings.ts';
import { DockerError, Stack } from './stack.ts';
import { summaryLines } from './summary.ts';
import { BLANK, span } from './text.ts';
import type { View } from './view.ts';

const ANSWER_LIMIT_MS = 5000;

const { env, platform, stdout } = process;
const look = lookOf(env, {
  isTTY: stdout.isTTY,
  colorDepth: stdout.isTTY ? stdout.getColorDepth() : 1,
});
const terminal = {
  write: (text: string) => {
    stdout.write(text);
  },
  size: () => ({
    columns: stdout.columns ?? (Number(env.COLUMNS) || 80),
    rows: stdout.rows ?? 24,
  }),
};
const view: View = look.live
  ? new LiveView(terminal, look, systemClock)
  : new PlainView(terminal, look, systemClock);
// Whatever ends the process, the terminal is left as it was.
process.once('exit', () => view[Symbol.dispose]());
const interrupted = new AbortController();
let signalled: NodeJS.Signals | undefined;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    // The second one does not wait for the docker command to end.
    if (signalled !== undefined) process.exit(128 + constants.signals[name]);
    signalled = name;
    interrupted.abort();
  });
}
// The reader of a pipe has gone: nobody is left to tell.
stdout.on('error', (error) => {
  process.exit(codeOf(error) === 'EPIPE' ? 0 : 1);
});

const parsed = parseSettings({ env, platform });
if (parsed.ok) {
  process.exitCode = await main(parsed.settings, view);
} else {
  view.say([[span(parsed.reason, 'bad')]]);
  process.exitCode = 2;
}

async function main(settings: Settings, shown: View): Promise<number> {
  const { signal } = interrupted;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const stack = new Stack({ settings, root, signal });
  const target = { port: settings.port, limitMs: ANSWER_LIMIT_MS };
  const ask = (integer: number) => askIsPrime(target, integer);
  try {
    if ((await isTaken(settings.port)) && !(await stack.holdsPort())) {
      shown.say(portTakenLines(settings));
      return 1;
    }
    shown.say([
      [
        span('tsgen demo', 'strong'),
        span(`  project ${settings.project}, nginx on http://${addressOf(settings)}`, 'faint'),
      ],
      BLANK,
    ]);
    const result = await runDemo({ stack, ask, view: shown, clock: systemClock }, signal);
    shown.say(summaryLines(result, settings, shown.columns, look.glyphs));
    return result.failure === undefined ? 0 : 1;
  } catch (error) {
    shown.rest();
    if (signalled !== undefined) {
      shown.say([[span(`Interrupted. What runs goes on running; 'make down' removes it.`)]]);
      return 128 + constants.signals[signalled];
    }
    if (!(error instanceof DockerError)) throw error;
    shown.say(await dockerErrorLines(error, stack, settings));
    return 1;
  }
}
