import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { CommandLine } from './command-line.ts';
import { harmOf } from './passed-signals.ts';
import { RecentLines } from './recent-lines.ts';
import {
  describeExit,
  type Exit,
  type SpawnedProcess,
  type SpawnProcess,
} from './spawn-process.ts';
import { gracefulStopSignal, orphanStopSignal } from './stop-signal.ts';

export interface ProxyChildOptions {
  readonly command: CommandLine;
  readonly spawn: SpawnProcess;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 (inclusive) to 1 (exclusive), such as `Math.random`. */
  readonly random: () => number;
  /** How long it may finish open requests once it is stopped, in milliseconds. */
  readonly stopTimeoutMs: number;
}

/** Pauses before it is started again, in milliseconds. */
const RESTART = { firstMs: 250, longestMs: 30_000 } as const;
/** Who ran for so long was all right: the pauses begin anew. In milliseconds. */
const STEADY_MS = 10_000;
/** From TERM to KILL, in milliseconds. */
const TERM_MS = 1_000;
const POLL_MS = 50;

export interface ProxyChildState {
  readonly command: string;
  /** Absent while it does not run. */
  readonly pid?: number;
  /** How often it was started again after it had ended by itself. */
  readonly restarts: number;
  /** How it ended the last time by itself. */
  readonly lastEnd?: string;
}

export type ProxyChildEvent =
  | { readonly kind: 'started' }
  /** By itself; `how` as words that follow its name. */
  | { readonly kind: 'ended'; readonly how: string };

/**
 * The proxy as a child process: started once there is a configuration, started again with growing
 * pauses when it ends by itself, and stopped gracefully in the end.
 */
export class ProxyChild implements AsyncDisposable {
  /** Rejects with a TsgenError `proxy` when it could not be started at all; resolves once stopped. */
  readonly ended: Promise<void>;
  readonly #options: ProxyChildOptions;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  readonly #stopped: Promise<void>;
  #wake: () => void = () => undefined;
  #running: { readonly process: SpawnedProcess; readonly since: number } | undefined;
  #restarts = 0;
  #lastEnd: string | undefined;
  readonly #listeners = new Set<(event: ProxyChildEvent) => void>();
  readonly #said: RecentLines;

  constructor(options: ProxyChildOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ ...RESTART, random: options.random });
    this.#said = new RecentLines(() => options.clock.now());
    this.#stopped = new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.ended = this.#supervise();
    // Who asks sees the fault; it must not end the process before somebody does.
    this.ended.catch(() => undefined);
  }

  get state(): ProxyChildState {
    return {
      command: this.#options.command.text,
      ...(this.#running ? { pid: this.#running.process.pid } : {}),
      restarts: this.#restarts,
      ...(this.#lastEnd === undefined ? {} : { lastEnd: this.#lastEnd }),
    };
  }

  /** Milliseconds since its start; `undefined` while it does not run, or is being stopped. */
  get runsFor(): number | undefined {
    if (!this.#running || this.#stop.signal.aborted) return undefined;
    return this.#options.clock.monotonic() - this.#running.since;
  }

  /**
   * There is a configuration, or a new one: it is started if it has not been yet, and if it waits to
   * be started again, that is done at once.
   */
  start(): void {
    this.#wake();
  }

  /** Calls back when it was started or has ended by itself, until the signal aborts. */
  listen(listener: (event: ProxyChildEvent) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /** What it wrote to standard error since then, milliseconds since 1970. */
  saidSince(ms: number): string {
    return this.#said.since(ms);
  }

  /** Hands on a signal that means something to the proxy alone, unless it would take it amiss. */
  signal(name: NodeJS.Signals): void {
    const { command, log } = this.#options;
    const harm = harmOf(command.program, name);
    if (harm === undefined) this.#running?.process.signal(name);
    else log.warn(`${name} is not handed on to '${command.text}': it would ${harm}`);
  }

  /** Begins to stop it. */
  stop(): void {
    this.#stop.abort();
  }

  /** Stops it; resolves when it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.ended.catch(() => undefined);
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stop;
    await this.#pause();
    while (!signal.aborted) {
      const end = await this.#runOnce();
      if (signal.aborted) return;
      const pause = this.#backoff.next();
      this.#lastEnd = end;
      this.#restarts += 1;
      this.#options.log.error(
        `'${this.#options.command.text}' ${end}: it is started again in ${pause / 1_000} s, or at once with a new configuration`,
      );
      await this.#pause(pause);
    }
  }

  /** Until it is to be started, it is the end, or this time is over. */
  async #pause(ms?: number): Promise<void> {
    const over = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const timer =
      ms === undefined ? woken : this.#options.clock.sleep(ms, over.signal).catch(() => undefined);
    await Promise.race([woken, timer, this.#stopped]);
    this.#wake = () => undefined;
    over.abort();
  }

  /** @returns what became of it, as words that follow its name; '' once it was stopped. */
  async #runOnce(): Promise<string> {
    const { command, spawn, clock, log } = this.#options;
    let running: SpawnedProcess;
    try {
      running = await spawn(command.argv, (text) => this.#said.add(text));
    } catch (cause) {
      const message = `could not be started: ${messageOf(cause)}`;
      if (this.#restarts > 0) return message;
      throw new TsgenError('proxy', `'${command.text}' ${message}.`, { cause });
    }
    const since = clock.monotonic();
    this.#running = { process: running, since };
    log.info(`Started '${command.text}' (process ${running.pid})`);
    this.#tell({ kind: 'started' });
    const exit = await Promise.race([running.exited, this.#stopped]);
    if (!exit) {
      await this.#end(running);
      this.#running = undefined;
      return '';
    }
    this.#running = undefined;
    // nginx's workers outlive their master, and would keep its ports from the next one.
    if (running.groupLives()) running.signalGroup(orphanStopSignal(command.program));
    if (clock.monotonic() - since >= STEADY_MS) this.#backoff.reset();
    const how = `ended by itself, ${describeExit(exit)}`;
    this.#tell({ kind: 'ended', how });
    return `(process ${running.pid}) ${how}`;
  }

  #tell(event: ProxyChildEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Asks it to finish, then tells it to end, then ends it. */
  async #end(running: SpawnedProcess): Promise<void> {
    const { command, log, stopTimeoutMs } = this.#options;
    const graceful = gracefulStopSignal(command.program);
    log.info(`Stopping '${command.text}' (process ${running.pid}) with ${graceful}`);
    running.signal(graceful);
    if (await this.#isGone(running, stopTimeoutMs)) return;
    log.warn(
      `'${command.text}' (process ${running.pid}) has not ended within ${stopTimeoutMs / 1_000} s: it is ended now, with what it still does. --stop-timeout says how long it may take.`,
    );
    running.signalGroup('SIGTERM');
    if (await this.#isGone(running, TERM_MS)) return;
    running.signalGroup('SIGKILL');
    await running.exited;
  }

  /** Waits until it and all that it has started have ended. */
  async #isGone(running: SpawnedProcess, withinMs: number): Promise<boolean> {
    const { clock, command } = this.#options;
    const end = clock.monotonic() + withinMs;
    const over = new AbortController();
    const late = clock.sleep(withinMs, over.signal).catch(() => undefined);
    const exit: Exit | undefined = await Promise.race([running.exited, late.then(() => undefined)]);
    over.abort();
    if (!exit) return false;
    if (!running.groupLives()) return true;
    // What it has left was not told: a shell, for one, hands no signal on.
    running.signalGroup(orphanStopSignal(command.program));
    while (clock.monotonic() < end) {
      await clock.sleep(POLL_MS);
      if (!running.groupLives()) return true;
    }
    return false;
  }
}
