import { commandTitle } from './command-title.ts';
import {
  type Notification,
  type NotificationResult,
  type NotifyDeps,
  notifyAll,
} from './notify.ts';
import { SignalWarning } from './signal-warning.ts';

/** The notifications that are due: sent until each has worked once for the newest content. */
export class Owed {
  readonly #all: readonly Notification[];
  readonly #deps: NotifyDeps;
  readonly #warning: SignalWarning;
  #owed: readonly Notification[] = [];

  constructor(all: readonly Notification[], deps: NotifyDeps) {
    this.#all = all;
    this.#deps = deps;
    this.#warning = new SignalWarning(deps);
  }

  get any(): boolean {
    return this.#owed.length > 0;
  }

  /** The content has changed: everybody is to be told. */
  oweAll(): void {
    this.#owed = this.#all;
  }

  /** The proxy runs the newest content: nobody has to be told, whatever became of telling them. */
  settleAll(): void {
    this.#owed = [];
  }

  /** Sends what is owed. What does not work, or not in the few seconds after an abort, stays owed. */
  async settle(signal: AbortSignal): Promise<readonly NotificationResult[]> {
    const results = await notifyAll(this.#owed, this.#deps, {
      signal,
      warning: this.#warning,
    });
    this.#owed = results.flatMap(({ kind, notification }) =>
      kind === 'done' ? [] : [notification],
    );
    return results;
  }
}

/** What the failed ones have to say; `undefined` when none failed. */
export function failureOf(results: readonly NotificationResult[]): string | undefined {
  const messages = results.flatMap((result) => (result.kind === 'failed' ? [result.message] : []));
  return messages.length > 0 ? messages.join('; ') : undefined;
}

/** docker-gen's words for a rendering that changed nothing. */
export function unchangedMessage(dest: string, notifications: readonly Notification[]): string {
  const command = notifications.find((notification) => notification.kind === 'command');
  return command
    ? `Contents of ${dest} did not change. Skipping notification '${commandTitle(command.command)}'`
    : `Contents of ${dest} did not change.`;
}
