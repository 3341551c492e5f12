import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DockerApi } from '../docker/api.ts';
import { whyAbsent } from './absent.ts';
import type { CommandRunner } from './runner.ts';

export type Notification =
  /** A shell line. */
  | { readonly kind: 'command'; readonly command: string }
  | {
      readonly kind: 'signal';
      /** Name or ID. */
      readonly container: string;
      /** A signal's number; -1 restarts the container. */
      readonly signal: number;
    };

export type NotificationResult = { readonly notification: Notification } & (
  | { readonly kind: 'done'; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly message: string }
  /** There is nobody to tell now. */
  | { readonly kind: 'unavailable'; readonly reason: string }
);

export interface NotifyDeps {
  readonly runner: CommandRunner;
  readonly api: Pick<DockerApi, 'signalContainer' | 'restartContainer'>;
  readonly log: Logger;
  readonly monotonic: () => number;
  /** For one command. */
  readonly timeoutMs: number;
}

/** What docker-gen gives a container before it is killed. */
const RESTART_SECONDS = 10;

/**
 * Tells the proxy, one after the other in the order given; one that fails does not keep the next
 * from being sent. Logged in docker-gen's words.
 */
export async function notifyAll(
  notifications: readonly Notification[],
  deps: NotifyDeps,
): Promise<readonly NotificationResult[]> {
  const results: NotificationResult[] = [];
  for (const notification of notifications) {
    results.push(
      notification.kind === 'command'
        ? await runCommand(notification, deps)
        : await sendSignal(notification, deps),
    );
  }
  return results;
}

async function runCommand(
  notification: Extract<Notification, { kind: 'command' }>,
  deps: NotifyDeps,
): Promise<NotificationResult> {
  const { command } = notification;
  const { log } = deps;
  const unavailable = (reason: string): NotificationResult => {
    log.info(`Cannot run '${command}' now: ${reason}. It is run once that has changed.`);
    return { notification, kind: 'unavailable', reason };
  };
  const absent = deps.runner.unavailable();
  if (absent !== undefined) return unavailable(absent);
  log.info(`Running '${command}'`);
  const result = await deps.runner.run(command, { timeoutMs: deps.timeoutMs });
  const fail = (why: string, output: string): NotificationResult => {
    logOutput(output, (line) => log.info(line), command);
    const message = `Error running notify command: ${command}, ${why} (${deps.runner.where})`;
    log.error(message);
    return { notification, kind: 'failed', message };
  };
  switch (result.kind) {
    case 'exited':
      if (result.exitCode !== 0) return fail(`exit status ${result.exitCode}`, result.output);
      logOutput(result.output, (line) => log.debug(line), command);
      return { notification, kind: 'done', durationMs: result.durationMs };
    case 'timed-out':
      return fail(`no end within ${result.afterMs / 1000} s, ended`, result.output);
    case 'failed':
      return fail(result.reason, '');
    case 'aborted':
      return fail('aborted', '');
    case 'unavailable':
      return unavailable(result.reason);
  }
}

function logOutput(output: string, log: (line: string) => void, command: string): void {
  for (const line of output.split('\n')) {
    if (line.trim() !== '') log(`[${command}]: ${line.trimEnd()}`);
  }
}

async function sendSignal(
  notification: Extract<Notification, { kind: 'signal' }>,
  deps: NotifyDeps,
): Promise<NotificationResult> {
  const { container, signal } = notification;
  const { log, api } = deps;
  const started = deps.monotonic();
  log.info(`Sending container '${container}' signal '${signal}'`);
  try {
    if (signal === -1) {
      await api.restartContainer(container, { timeoutSeconds: RESTART_SECONDS });
    } else {
      await api.signalContainer(container, String(signal));
    }
    return { notification, kind: 'done', durationMs: deps.monotonic() - started };
  } catch (error) {
    const absent = whyAbsent(error, container);
    if (absent !== undefined) {
      log.warn(
        `Cannot send container '${container}' signal '${signal}' now: ${absent}. It is sent once that has changed.`,
      );
      return { notification, kind: 'unavailable', reason: absent };
    }
    const what = signal === -1 ? 'restarting container' : 'signal to container';
    const message = `Error sending ${what} '${container}': ${messageOf(error)}`;
    log.error(message);
    return { notification, kind: 'failed', message };
  }
}
