import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Engine } from './engine.ts';

/** An event as `docker events` shows it. */
export interface SeenEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** The test's own look at what happens to a container. */
export class EventWatch implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #seen: SeenEvent[] = [];

  /** From the container's creation on: nothing is missed while the command starts. */
  constructor(engine: Engine, container: string) {
    this.#child = spawn(
      'docker',
      ['events', '--since=1', `--filter=container=${container}`, '--format={{json .}}'],
      { env: engine.env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    if (!this.#child.stdout) return;
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#seen.push(JSON.parse(line) as SeenEvent);
    });
  }

  /** How many there were whose action matches. */
  count(action: RegExp): number {
    return this.#seen.filter((event) => action.test(event.Action)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill();
    await closed;
  }
}
