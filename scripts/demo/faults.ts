import type { Settings } from './settings.ts';
import type { DemoStack, DockerError } from './stack.ts';
import { BLANK, type Line, plain, span } from './text.ts';

const LOG_LINES = 15;

/** That the port is taken, and what to do. */
export function portTakenLines({ port }: Pick<Settings, 'port'>): Line[] {
  const other = port === 8080 ? 8081 : 8080;
  return [
    [span(`Port ${port} is taken by something else on this machine.`, 'bad')],
    [span('Free it, or let the demo use another one:')],
    BLANK,
    [span(`    PORT=${other} make demo`, 'accent')],
  ];
}

/** The failed command with all its output, and what the stack said, if it ran. */
export async function dockerErrorLines(
  error: DockerError,
  stack: Pick<DemoStack, 'log'>,
  settings: Pick<Settings, 'port'>,
): Promise<Line[]> {
  const output = error.output.split('\n').map((line): Line => [span(plain(line))]);
  const taken = /port is already allocated|address already in use/.test(error.output);
  return [
    ...output,
    [span(plain(error.message), 'bad')],
    ...(taken ? portTakenLines(settings) : []),
    ...(await logLines(error.output, stack)),
  ];
}

/** What tsgen said, and nginx if it is what failed: otherwise its log is full of the requests. */
async function logLines(output: string, stack: Pick<DemoStack, 'log'>): Promise<Line[]> {
  const proxyFailed = /-proxy-\d+ (exited|is unhealthy)/.test(output);
  try {
    const log = await stack.log(proxyFailed ? ['tsgen', 'proxy'] : ['tsgen'], LOG_LINES);
    if (log.length === 0) return [];
    const title = `The last lines of the log of ${proxyFailed ? 'tsgen and nginx' : 'tsgen'}:`;
    return [BLANK, [span(title, 'strong')], ...log.map((line) => [span(plain(line))])];
  } catch {
    // The command that failed has said why already.
    return [];
  }
}
