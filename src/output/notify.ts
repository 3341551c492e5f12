import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DockerApi, Filters } from '../docker/api.ts';
import { whyAbsent } from './absent.ts';
import { commandTitle } from './command-title.ts';
import { Grace } from './grace.ts';
import type { CommandRunner } from './runner.ts';
import type { SignalWarning } from './signal-warning.ts';

export type Notification =
  /** A shell line. */
  | { readonly kind: 'command'; readonly command: string }
  | {
      readonly kind: 'signal';
      /** Name or ID. */
      readonly container: string;
      /** A signal's number; -1 restarts the container. */
      readonly signal: number;
    }
  | {
      readonly kind: 'signal-matching';
      /** Every running container that they fit. */
      readonly filters: Filters;
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
  readonly api: Pick<
    DockerApi,
    'signalContainer' | 'restartContainer' | 'listContainers' | 'inspectContainer'
  >;
  readonly log: Logger;
  readonly monotonic: () => number;
  /** For one command. */
  readonly timeoutMs: number;
  /** Whether what a command prints is worth a line even if it works. */
  readonly showsOutput?: boolean;
  /** Milliseconds that all of them have together once tsgen is told to stop; 5000 if absent. */
  readonly graceMs?: number;
}

/** What docker-gen gives a container before it is killed. */
const RESTART_SECONDS = 10;

/**
 * Tells the proxy, one after the other in the order given; one that fails does not keep the next
 * from being sent. Logged in docker-gen's words.
 *
 * The signal does not end it at once: a swap that was made is told of. But then all of it, be it a
 * command here, an exec in the proxy, or a signal to a container or its restart, has 5 s. What is
 * not done by then is given up as failed.
 */
export async function notifyAll(
  notifications: readonly Notification[],
  deps: NotifyDeps,
  options: { readonly signal: AbortSignal; readonly warning?: SignalWarning },
): Promise<readonly NotificationResult[]> {
  const results: NotificationResult[] = [];
  const grace = new Grace(options.signal, deps.graceMs);
  try {
    for (const notification of notifications) {
      const result = await send(notification, deps, grace);
      results.push(result);
      if (options.warning) await warnOfSignal(result, options.warning, grace);
    }
  } finally {
    grace.end();
  }
  return results;
}

async function warnOfSignal(
  { notification, kind }: NotificationResult,
  warning: SignalWarning,
  grace: Grace,
): Promise<void> {
  if (kind !== 'done' || notification.kind !== 'signal' || notification.signal === -1) return;
  await warning.signalled(notification.container, grace.signal);
}

async function send(
  notification: Notification,
  deps: NotifyDeps,
  grace: Grace,
): Promise<NotificationResult> {
  switch (notification.kind) {
    case 'command':
      return await runCommand(notification, deps, grace);
    case 'signal':
      return await sendSignal(notification, deps, grace);
    case 'signal-matching':
      return await signalMatching(notification, deps, grace);
  }
}

/** One that ended in between needs no signal any more. */
async function signalMatching(
  notification: Extract<Notification, { kind: 'signal-matching' }>,
  deps: NotifyDeps,
  grace: Grace,
): Promise<NotificationResult> {
  const { filters, signal } = notification;
  const started = deps.monotonic();
  const failures: string[] = [];
  try {
    const list = await deps.api.listContainers({ all: false, filters, signal: grace.signal });
    for (const { id, name } of list) {
      const result = await sendSignal(
        { kind: 'signal', container: name || id, signal },
        deps,
        grace,
      );
      if (result.kind === 'failed') failures.push(result.message);
    }
  } catch (error) {
    const message = `Error listing the containers to notify (${JSON.stringify(filters)}): ${messageOf(error)}`;
    deps.log.error(message);
    failures.push(message);
  }
  return failures.length > 0
    ? { notification, kind: 'failed', message: failures.join('; ') }
    : { notification, kind: 'done', durationMs: deps.monotonic() - started };
}

async function runCommand(
  notification: Extract<Notification, { kind: 'command' }>,
  deps: NotifyDeps,
  grace: Grace,
): Promise<NotificationResult> {
  const { command } = notification;
  const { log } = deps;
  const title = commandTitle(command);
  const unavailable = (reason: string): NotificationResult => {
    log.info(`Cannot run '${title}' now: ${reason}. It is run once that has changed.`);
    return { notification, kind: 'unavailable', reason };
  };
  const fail = (why: string, output: string): NotificationResult => {
    logOutput(output, (line) => log.info(line), title);
    const message = `Error running notify command: ${title}, ${why} (${deps.runner.where})`;
    log.error(message);
    return { notification, kind: 'failed', message };
  };
  const absent = deps.runner.unavailable();
  if (absent !== undefined) return unavailable(absent);
  const needless = deps.runner.needless?.();
  if (needless !== undefined) {
    log.info(`Not running '${title}': ${needless}`);
    return { notification, kind: 'done', durationMs: 0 };
  }
  if (grace.signal.aborted) return fail(grace.whyGivenUp, '');
  log.info(`Running '${title}'`);
  const { timeoutMs } = deps;
  const result = await deps.runner.run(command, { timeoutMs, signal: grace.signal });
  switch (result.kind) {
    case 'exited':
      if (result.exitCode !== 0) return fail(`exit status ${result.exitCode}`, result.output);
      logOutput(
        result.output,
        (line) => (deps.showsOutput ? log.info(line) : log.debug(line)),
        title,
      );
      return { notification, kind: 'done', durationMs: result.durationMs };
    case 'timed-out':
      return fail(`no end within ${result.afterMs / 1000} s, ended`, result.output);
    case 'failed':
      return fail(result.reason, '');
    case 'aborted':
      return fail(grace.whyGivenUp, '');
    case 'unavailable':
      return unavailable(result.reason);
  }
}

function logOutput(output: string, log: (line: string) => void, title: string): void {
  for (const line of output.split('\n')) {
    if (line.trim() !== '') log(`[${title}]: ${line.trimEnd()}`);
  }
}

async function sendSignal(
  notification: Extract<Notification, { kind: 'signal' }>,
  deps: NotifyDeps,
  grace: Grace,
): Promise<NotificationResult> {
  const { container, signal } = notification;
  const { log, api } = deps;
  const fail = (why: string): NotificationResult => {
    const what = signal === -1 ? 'restarting container' : 'signal to container';
    const message = `Error sending ${what} '${container}': ${why}`;
    log.error(message);
    return { notification, kind: 'failed', message };
  };
  if (grace.signal.aborted) return fail(grace.whyGivenUp);
  const started = deps.monotonic();
  log.info(`Sending container '${container}' signal '${signal}'`);
  try {
    if (signal === -1) {
      const options = { timeoutSeconds: RESTART_SECONDS, signal: grace.signal };
      await api.restartContainer(container, options);
    } else {
      await api.signalContainer(container, String(signal), { signal: grace.signal });
    }
    return { notification, kind: 'done', durationMs: deps.monotonic() - started };
  } catch (error) {
    if (grace.signal.aborted) return fail(grace.whyGivenUp);
    const absent = whyAbsent(error, container);
    if (absent !== undefined) {
      log.warn(
        `Cannot send container '${container}' signal '${signal}' now: ${absent}. It is sent once that has changed.`,
      );
      return { notification, kind: 'unavailable', reason: absent };
    }
    return fail(messageOf(error));
  }
}
