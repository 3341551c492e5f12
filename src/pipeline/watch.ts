import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Snapshot } from '../inventory/runtime-container.ts';
import type { Inventory } from '../inventory/sync.ts';
import type { ProxyChild } from '../proxies/child.ts';
import type { Upstream } from '../routing/model.ts';
import type { StatusReport, UpstreamReport } from '../status/report.ts';
import { Debounce } from './debounce.ts';
import type { Job } from './job.ts';
import { describeOutcome, isLive, isWorthRetrying, type Outcome } from './outcome.ts';
import { Schedule } from './schedule.ts';
import type { World } from './world.ts';

export interface WatchOptions {
  readonly job: Job;
  readonly inventory: Pick<Inventory, 'state'>;
  readonly world: World;
  readonly log: Logger;
  readonly clock: Clock;
  /** Pause between runs in milliseconds; see `Schedule`. */
  readonly spacing: { readonly min: number; readonly max: number };
  /** Changes of the containers make it run; without it only the first snapshot does. */
  readonly followsEvents: boolean;
  /** docker-gen's debounce, in milliseconds; see `Debounce`. */
  readonly wait?: { readonly minMs: number; readonly maxMs: number };
  /** Also run every so often, and notify each time. */
  readonly intervalMs?: number;
  /** Is told of each outcome. */
  readonly onOutcome?: (outcome: Outcome) => Promise<void> | void;
  /** The proxy that runs as a child process. */
  readonly child?: Pick<ProxyChild, 'state'>;
  /**
   * Looks again at files, which some file systems tell nobody about: before a rendering that was
   * asked for, and every few minutes.
   */
  readonly lookAgain?: () => Promise<void>;
  /** When the next rendering is due though nothing changes, in milliseconds since 1970. */
  readonly validUntil?: () => number | undefined;
  /** Facts for the status report that do not change. */
  readonly about: Pick<
    StatusReport,
    'version' | 'pid' | 'template' | 'templateFile' | 'destination' | 'vocabulary'
  > & {
    readonly endpoint: string;
    readonly proxySelector?: string;
  };
}

const LOOK_MS = 5 * 60_000;

/** Follows the containers with one job until it is told to stop. */
export class Watch {
  readonly #debounce: Debounce | undefined;
  #notifyDue: boolean = false;
  readonly #options: WatchOptions;
  readonly #schedule: Schedule<Outcome>;
  readonly #startedAt: number;
  #live = false;
  #behindSince: number | undefined;
  #lastRun: { readonly at: number; readonly outcome: Outcome } | undefined;
  #stop: AbortSignal = new AbortController().signal;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#schedule = new Schedule<Outcome>({
      clock: options.clock,
      spacing: options.spacing,
      run: () => this.#runOnce(),
      retry: isWorthRetrying,
    });
    this.#debounce =
      options.wait &&
      new Debounce({
        ...options.wait,
        clock: options.clock,
        fire: () => void this.#schedule.trigger(),
      });
  }

  /** Whether the proxy is a child process. */
  get hasChild(): boolean {
    return this.#options.child !== undefined;
  }

  /** Until the signal aborts; a run that has begun is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    this.#stop = signal;
    await Promise.all([
      this.#tick(signal),
      this.#lookAround(signal),
      this.#schedule.follow(signal),
    ]);
  }

  /** The containers have changed. The first time this is what the watch has waited for. */
  take(snapshot: Snapshot): void {
    const { world } = this.#options;
    const first = world.snapshot === undefined;
    world.snapshot = snapshot;
    if (first) void this.#schedule.trigger();
    else this.changed();
  }

  /** Something has changed that a template may look at. */
  changed(): void {
    if (!this.#options.followsEvents) return;
    if (this.#debounce) this.#debounce.note(this.#stop);
    else void this.#schedule.trigger();
  }

  async #lookAround(signal: AbortSignal): Promise<void> {
    const { lookAgain, validUntil, clock } = this.#options;
    if (!lookAgain) return;
    for (;;) {
      const due = validUntil?.() ?? Number.POSITIVE_INFINITY;
      const pause = Math.min(LOOK_MS, Math.max(0, due - clock.now()));
      await clock.sleep(pause, signal).catch(() => undefined);
      if (signal.aborted) return;
      await lookAgain();
      if (clock.now() >= due) this.changed();
    }
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const { intervalMs, clock, world } = this.#options;
    if (intervalMs === undefined) return;
    for (;;) {
      await clock.sleep(intervalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      if (!world.snapshot) continue;
      this.#notifyDue = true;
      void this.#schedule.trigger();
    }
  }

  /** Renders and applies what is known now. `notify`: tells the proxy even if nothing has changed. */
  async refresh({ notify = false }: { readonly notify?: boolean } = {}): Promise<Outcome> {
    await this.#options.lookAgain?.();
    this.#notifyDue ||= notify;
    return await this.#schedule.trigger();
  }

  async #runOnce(): Promise<Outcome> {
    const outcome = await this.#outcomeOfRun();
    const before = this.#lastRun?.outcome;
    this.#lastRun = { at: this.#options.clock.now(), outcome };
    this.#live ||= isLive(outcome);
    // Of a rejected one the last good is live, as it should be.
    const behind = !isLive(outcome) && outcome.kind !== 'rejected';
    this.#behindSince = behind ? (this.#behindSince ?? this.#options.clock.now()) : undefined;
    this.#report(outcome, before);
    await this.#options.onOutcome?.(outcome);
    return outcome;
  }

  async #outcomeOfRun(): Promise<Outcome> {
    try {
      const alwaysNotify = this.#notifyDue;
      this.#notifyDue = false;
      return await this.#options.job.run({ signal: this.#stop, alwaysNotify });
    } catch (error) {
      const message = `a fault in tsgen itself: ${error instanceof Error ? error.stack : error}`;
      return { kind: 'failed', stage: 'unexpected', message, retry: true };
    }
  }

  /** What did not work is said once for as long as it stays the same. */
  #report(outcome: Outcome, before: Outcome | undefined): void {
    if (isLive(outcome)) return;
    const message = describeOutcome(outcome);
    if (before && describeOutcome(before) === message) return;
    const { log } = this.#options;
    if (outcome.kind === 'waiting' || outcome.kind === 'aborted') log.info(message);
    else if (outcome.kind !== 'failed') log.error(message);
    // Output has logged what became of a notification.
    else if (outcome.stage !== 'notify') log[outcome.stage === 'check' ? 'warn' : 'error'](message);
  }

  status(): StatusReport {
    const { job, inventory, world, about, child } = this.#options;
    const { connected, lastError, disconnectedSince } = inventory.state;
    const proxy = world.proxy?.kind === 'selected' ? world.proxy.container.Name : undefined;
    return {
      version: about.version,
      pid: about.pid,
      startedAt: iso(this.#startedAt),
      template: about.template,
      templateFile: about.templateFile,
      destination: about.destination,
      ...(about.proxySelector
        ? { proxy: { selector: about.proxySelector, ...(proxy ? { container: proxy } : {}) } }
        : {}),
      ...(child ? { child: child.state } : {}),
      engine: {
        endpoint: about.endpoint,
        connected,
        ...(lastError === undefined ? {} : { lastError: messageOf(lastError) }),
        ...(disconnectedSince === undefined ? {} : { disconnectedSince: iso(disconnectedSince) }),
      },
      live: this.#live,
      ...(this.#behindSince === undefined ? {} : { behindSince: iso(this.#behindSince) }),
      ...(this.#lastRun
        ? {
            lastRun: {
              at: iso(this.#lastRun.at),
              kind: this.#lastRun.outcome.kind,
              message: describeOutcome(this.#lastRun.outcome),
            },
          }
        : {}),
      containers: world.snapshot?.containers.length ?? 0,
      sites: job.model.sites.flatMap(({ host, routes }) =>
        routes.map(({ path, upstream }) => ({
          host,
          path,
          ...upstreamReport(upstream),
        })),
      ),
      vocabulary: about.vocabulary,
      tcp: job.model.tcp.map(({ port, upstream }) => ({ port, ...upstreamReport(upstream) })),
      problems: job.model.problems.map(({ container, variable, value, reason }) => ({
        container: container.name,
        variable,
        value,
        reason,
      })),
    };
  }
}

function upstreamReport({ servers, absent }: Pick<Upstream, 'servers' | 'absent'>): UpstreamReport {
  return {
    servers: servers.map(({ container, address, port, family }) => ({
      container: container.name,
      address: family === 6 ? `[${address}]:${port}` : `${address}:${port}`,
    })),
    absent: absent.map(({ container, reason }) => ({ container: container.name, reason })),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
