import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Snapshot } from '../inventory/runtime-container.ts';
import type { Inventory } from '../inventory/sync.ts';
import type { ProxyChild } from '../proxies/child.ts';
import type { StatusReport } from '../status/report.ts';
import { ChangeLog } from './change-log.ts';
import { changedContainers } from './changed-containers.ts';
import { ConfirmationLog } from './confirmation-log.ts';
import { Debounce } from './debounce.ts';
import type { Job } from './job.ts';
import { lostServers } from './lost-servers.ts';
import {
  describeOutcome,
  isBack,
  isLive,
  isSuperseded,
  isWorthRetrying,
  type Outcome,
} from './outcome.ts';
import { Schedule } from './schedule.ts';
import { type WatchAbout, watchReport } from './watch-report.ts';
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
  readonly child?: Pick<ProxyChild, 'state' | 'listen'>;
  /** The proxy can be asked which configuration it runs. */
  readonly canAsk?: boolean;
  /**
   * Looks again at files, which some file systems tell nobody about: before a rendering that was
   * asked for, and every few minutes.
   */
  readonly lookAgain?: () => Promise<void>;
  /** When the next rendering is due though nothing changes, in milliseconds since 1970. */
  readonly validUntil?: () => number | undefined;
  /** Facts for the status report that do not change. */
  readonly about: WatchAbout;
}

/** For so long at most the proxy is not waited for, however much there is that is newer. */
const UNSEEN_MS = 10_000;
const LOOK_MS = 5 * 60_000;
/** How often the proxy is asked what it runs: somebody may have reloaded or restarted it by hand. */
const ASK_MS = 60_000;

/** Follows the containers with one job until it is told to stop. */
export class Watch {
  readonly #debounce: Debounce | undefined;
  #notifyDue: boolean = false;
  #askDue: boolean = false;
  /** The container that the proxy was last seen to run in. */
  #proxyId: string | undefined;
  readonly #confirmation = new ConfirmationLog();
  readonly #changes = new ChangeLog();
  readonly #options: WatchOptions;
  readonly #schedule: Schedule<Outcome>;
  readonly #startedAt: number;
  #live = false;
  #behindSince: number | undefined;
  #lastRun: { readonly at: number; readonly outcome: Outcome } | undefined;
  #stop: AbortSignal = new AbortController().signal;
  #wake = new AbortController();
  /** Of the run that goes on: something newer must not wait for it. */
  #superseded = new AbortController();
  /** Since when the proxy has not been waited for, by `monotonic`. */
  #unseenSince: number | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#schedule = new Schedule<Outcome>({
      clock: options.clock,
      spacing: options.spacing,
      run: () => this.#runOnce(),
      retry: isWorthRetrying,
      // To wait for the proxy is none.
      effort: (outcome, tookMs) =>
        outcome.kind === 'applied' ? tookMs - (outcome.waitedMs ?? 0) : tookMs,
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
    signal.addEventListener('abort', () => this.#wake.abort(), { once: true });
    await Promise.all([
      this.#tick(signal),
      this.#lookAround(signal),
      this.#askNowAndThen(signal),
      this.#schedule.follow(signal),
    ]);
  }

  /** The containers have changed. The first time this is what the watch has waited for. */
  take(snapshot: Snapshot): void {
    const { world } = this.#options;
    const before = world.snapshot;
    world.snapshot = snapshot;
    this.#noteProxy();
    if (!before) void this.#schedule.trigger();
    else {
      const lost = lostServers(this.#options.job.model, before, snapshot);
      if (lost.size > 0) {
        this.#letGo(lost);
        this.#hurry();
      }
      this.#follow(before, snapshot);
    }
  }

  /** Of what the filters leave out something changes all the time: nobody waits until it is quiet. */
  #follow(before: Snapshot, after: Snapshot): void {
    const { followsEvents, job } = this.#options;
    if (!followsEvents || !this.#debounce) this.changed();
    else {
      const prolongs = changedContainers(before, after).some((container) => job.mayTake(container));
      this.#debounce.note(this.#stop, { prolongs });
    }
  }

  /** To render without them takes a while, and so does the proxy's check. */
  #letGo(ids: ReadonlySet<string>): void {
    const { followsEvents, job, log } = this.#options;
    if (!followsEvents) return;
    job.letGo(ids, this.#stop).catch((error: unknown) => log.error(faultMessage(error)));
  }

  /** Requests may come to a container that leaves. What the proxy was told last is not waited for. */
  #hurry(): void {
    const { followsEvents, clock } = this.#options;
    if (!followsEvents || this.#debounce) return;
    this.#schedule.hurry();
    const unseenSince = this.#unseenSince ?? clock.monotonic();
    if (clock.monotonic() - unseenSince < UNSEEN_MS) this.#superseded.abort();
  }

  /** Something has changed that a template may look at. */
  changed(): void {
    if (!this.#options.followsEvents) return;
    if (this.#debounce) this.#debounce.note(this.#stop);
    else void this.#schedule.trigger();
  }

  /** The proxy may run something else than it was told: it is asked. */
  ask(): void {
    if (!this.#options.world.snapshot) return;
    this.#askDue = true;
    void this.#schedule.trigger();
  }

  /** One that was restarted or replaced has read its files itself, and maybe older ones. */
  #noteProxy(): void {
    const { proxy } = this.#options.world;
    const id = proxy?.kind === 'selected' ? proxy.container.ID : undefined;
    if (id !== undefined && id !== this.#proxyId) this.#askDue = true;
    this.#proxyId = id;
  }

  async #askNowAndThen(signal: AbortSignal): Promise<void> {
    const { child, clock, canAsk } = this.#options;
    if (!canAsk) return;
    child?.listen(({ kind }) => {
      if (kind === 'started') this.ask();
    }, signal);
    for (;;) {
      await clock.sleep(ASK_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      this.ask();
    }
  }

  /** Renders and applies what is known now; what was rejected stays so. */
  async apply(): Promise<Outcome> {
    let told: Outcome | undefined;
    for (;;) {
      const outcome = await this.#schedule.trigger();
      if (isSuperseded(outcome) && !this.#stop.aborted) {
        if (outcome.kind === 'applied') told = outcome;
        continue;
      }
      if (told?.kind !== 'applied' || outcome.kind !== 'unchanged') return outcome;
      // What was asked for was applied before, and has been seen now.
      const { owed, confirmed } = outcome;
      return { ...told, owed, confirmed, superseded: undefined };
    }
  }

  /** As `apply`, without waiting for what the proxy was told last: this goes before it. */
  async applyInstead(): Promise<Outcome> {
    this.#schedule.hurry();
    this.#superseded.abort();
    return await this.apply();
  }

  /** Files of the template have changed: what the proxy rejected may be in order now. */
  reconsider(): void {
    this.#options.job.reconsider();
    this.changed();
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
    this.#options.job.reconsider();
    this.#notifyDue ||= notify;
    return await this.apply();
  }

  async #runOnce(): Promise<Outcome> {
    const outcome = await this.#outcomeOfRun();
    const before = this.#lastRun?.outcome;
    this.#lastRun = { at: this.#options.clock.now(), outcome };
    this.#live ||= isLive(outcome) || isBack(outcome);
    if (isSuperseded(outcome)) {
      this.#unseenSince ??= this.#options.clock.monotonic();
      this.#askDue = true;
    } else {
      this.#unseenSince = undefined;
    }
    this.#confirmation.note(outcome, this.#lastRun.at);
    // What is held is not what the model says.
    const { job } = this.#options;
    if (!job.held) this.#changes.note(outcome, job.model, this.#lastRun.at);
    // Of a rejected one the last good is live, as it should be.
    const behind = !isLive(outcome) && outcome.kind !== 'rejected';
    this.#behindSince = behind ? (this.#behindSince ?? this.#options.clock.now()) : undefined;
    this.#report(outcome, before);
    this.#wakeAt(this.#options.job.dueAt);
    await this.#options.onOutcome?.(outcome);
    return outcome;
  }

  /** Something ends at that time: there will be another run, unless one comes before. */
  #wakeAt(dueAt: number | undefined): void {
    this.#wake.abort();
    if (dueAt === undefined || this.#stop.aborted) return;
    this.#wake = new AbortController();
    const { clock } = this.#options;
    clock.sleep(Math.max(0, dueAt - clock.monotonic()), this.#wake.signal).then(
      () => this.changed(),
      () => undefined,
    );
  }

  async #outcomeOfRun(): Promise<Outcome> {
    try {
      const [alwaysNotify, ask] = [this.#notifyDue, this.#askDue];
      this.#notifyDue = false;
      this.#askDue = false;
      this.#superseded = new AbortController();
      const superseded = this.#superseded.signal;
      return await this.#options.job.run({ signal: this.#stop, alwaysNotify, ask, superseded });
    } catch (error) {
      return { kind: 'failed', stage: 'unexpected', message: faultMessage(error), retry: true };
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
    return watchReport(this.#options, {
      startedAt: this.#startedAt,
      live: this.#live,
      confirmation: this.#confirmation.state,
      behindSince: this.#behindSince,
      lastRun: this.#lastRun,
      changes: this.#changes.changes,
    });
  }
}

function faultMessage(error: unknown): string {
  return `a fault in tsgen itself: ${error instanceof Error ? error.stack : error}`;
}
