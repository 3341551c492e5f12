import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import { LastingWarnings } from '../base/lasting-warnings.ts';
import { bytesOf } from './bytes-of.ts';
import { type Check, checksCandidate } from './check.ts';
import { type Delivered, Delivery } from './delivery.ts';
import { GoingBack } from './going-back.ts';
import { removeLeftovers } from './leftovers.ts';
import { LiveFiles } from './live-files.ts';
import { LiveRecord } from './live-record.ts';
import type { OpenRequests } from './member-changes.ts';
import type {
  ApplyOptions,
  ApplyResult,
  Output,
  OutputDeps,
  OutputOptions,
  Trial,
} from './output.ts';
import { unchangedMessage } from './owed.ts';
import { OwedNote } from './owed-note.ts';
import type { Rendering } from './rendering.ts';
import type { SidePlan } from './side-plan.ts';
import { hasState } from './state.ts';

type NotDelivered = Extract<ApplyResult, { kind: 'failed' | 'rejected' }>;

/** How old what a one-shot's crash left has to be before another one-shot takes it away. */
const LEFTOVER_MS = 10 * 60 * 1000;

/** Check, swap, notify, confirm: for one destination, and the files that go with it. */
export class FileOutput implements Output {
  readonly #dest: string;
  readonly #options: OutputOptions;
  readonly #deps: OutputDeps;
  readonly #live: LiveFiles;
  readonly #delivery: Delivery;
  readonly #record: LiveRecord;
  readonly #goingBack: GoingBack;
  readonly #warnings: LastingWarnings;
  #running: Promise<unknown> = Promise.resolve();
  readonly tryOut?: NonNullable<Output['tryOut']>;

  constructor(dest: string, options: OutputOptions, deps: OutputDeps) {
    this.#dest = dest;
    this.#options = options;
    this.#deps = deps;
    this.#live = new LiveFiles(dest, options, deps);
    this.#delivery = new Delivery({ ...options, dest }, deps);
    this.#warnings = new LastingWarnings(deps.log);
    const { check, state } = options;
    this.#record = new LiveRecord({
      ...{ dest, state, delivery: this.#delivery, log: deps.log },
      note: state || !hasState(dest) ? undefined : new OwedNote(dest, deps),
    });
    this.#goingBack = new GoingBack({
      ...{ dest, live: this.#live, record: this.#record, delivery: this.#delivery },
      where: () => options.confirmation?.runner.where,
      plan: (rendering) => this.#plan(rendering),
    });
    if (check && checksCandidate(check)) {
      this.tryOut = (rendering, { signal }) => this.#settled(this.#try(rendering, check, signal));
    }
  }

  get live(): Rendering | undefined {
    return this.#record.last;
  }

  async prepare(): Promise<void> {
    const { files, now } = this.#deps;
    const olderThanMs = this.#options.state ? 0 : LEFTOVER_MS;
    for (const path of [this.#dest, ...(await this.#record.own()).map((file) => file.path)]) {
      await removeLeftovers(path, { files, olderThanMs, now: now() });
    }
    await this.#options.state?.removeLeftovers();
    await this.#live.undoPending();
  }

  async apply(rendering: Rendering, options: ApplyOptions): Promise<ApplyResult> {
    return await this.#settled(this.#apply(rendering, options));
  }

  /** Disposing waits for it. */
  #settled<Result>(running: Promise<Result>): Promise<Result> {
    this.#running = Promise.allSettled([this.#running, running]).then(() => undefined);
    return running;
  }

  async #try(rendering: Rendering, check: Check, signal: AbortSignal): Promise<Trial> {
    if (signal.aborted) return { kind: 'no-verdict', result: { kind: 'aborted' } };
    try {
      const plan = await this.#live.plan(rendering, await this.#record.own());
      await this.#record.announce(plan);
      return await this.#live.tryOut(plan, check, signal);
    } catch (error) {
      return { kind: 'no-verdict', result: writeFailed(this.#dest, error) };
    }
  }

  async openRequests(id: string, signal: AbortSignal): Promise<OpenRequests | undefined> {
    return await this.#options.memberChanges?.openRequests(id, signal);
  }

  async letGo(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    await this.#settled(this.#options.memberChanges?.letGo(ids, signal) ?? Promise.resolve());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
    this.#delivery[Symbol.dispose]();
  }

  async #apply(rendering: Rendering, options: ApplyOptions): Promise<ApplyResult> {
    if (options.signal.aborted) return { kind: 'aborted' };
    try {
      encode(rendering, this.#record.last);
      await this.#goingBack.recall(rendering);
      if (options.alwaysNotify) {
        this.#delivery.insist();
        this.#delivery.lastGood.pardon();
      }
      const plan = await this.#plan(rendering);
      const stays = await this.#goingBack.stay(plan.rendering, options);
      if (stays) return stays;
      const escapes = await this.#goingBack.escape(plan.rendering, options.signal);
      if (escapes) return escapes;
      const isUntouched = plan.removals.length === 0 && (await this.#live.hold(plan.rendering));
      if (isUntouched) return await this.#settleUnchanged(plan, options);
      await this.#goingBack.presume(rendering);
      await this.#record.announce(plan);
      return (await this.#hasEffect(plan.rendering))
        ? await this.#change(plan, options)
        : await this.#retouch(plan, options.signal);
    } catch (error) {
      return writeFailed(this.#dest, error);
    }
  }

  async #plan(rendering: Rendering): Promise<SidePlan> {
    const plan = await this.#live.plan(rendering, await this.#record.own());
    this.#warnings.report(plan.warnings);
    return plan;
  }

  /** Whether the proxy is to be told, or new bytes are the old ones but for their comments. */
  async #hasEffect(rendering: Rendering): Promise<boolean> {
    const { last } = this.#record;
    if (this.#delivery.isOwed || last?.effect === undefined) return true;
    return last.effect !== rendering.effect || !(await this.#live.hold(last));
  }

  /** Puts new comments in place. They pass the check too: the proxy will read them some day. */
  async #retouch(plan: SidePlan, signal: AbortSignal): Promise<ApplyResult> {
    const { rendering } = plan;
    const committed = await this.#live.commit(plan, {
      signal,
      decided: () => this.#record.decided(rendering),
    });
    if (committed.kind !== 'committed') return committed;
    this.#record.wentLive(plan);
    this.#deps.log.debug(`Only comments of '${this.#dest}' changed: nobody has to be told`);
    return { kind: 'unchanged', notified: false, owed: false };
  }

  async #change(plan: SidePlan, options: ApplyOptions): Promise<ApplyResult> {
    const { signal } = options;
    const started = this.#deps.monotonic();
    const { rendering } = plan;
    const committed = await this.#live.commit(plan, {
      signal,
      // Not after the swap: a crash between the two sends a notification too many, not one too few.
      decided: async () => {
        this.#delivery.oweAll();
        // Where nobody is to be told there is nothing that a crash could make anybody miss.
        if (this.#delivery.isOwed) await this.#record.decided(rendering);
      },
    });
    if (committed.kind !== 'committed') return committed;
    this.#record.wentLive(plan);
    for (const { path } of plan.writes) this.#deps.log.info(`Wrote '${path}'`);
    for (const path of plan.removals) this.#deps.log.info(`Removed '${path}'`);
    this.#deps.log.info(`Generated '${this.#dest}' from ${rendering.containerCount} containers`);
    const delivered = await this.#deliver(rendering, options);
    if (delivered.kind !== 'done') return delivered;
    return {
      kind: 'applied',
      how: committed.how,
      checked: committed.checked,
      durationMs: this.#deps.monotonic() - started,
      notifications: delivered.notifications,
      owed: this.#delivery.isOwed,
      confirmed: delivered.confirmed,
      waitedMs: delivered.waitedMs,
      superseded: delivered.superseded,
      ...(delivered.told ? { told: delivered.told } : {}),
    };
  }

  async #settleUnchanged(plan: SidePlan, options: ApplyOptions): Promise<ApplyResult> {
    const { rendering } = plan;
    const { signal, ask = false, alwaysNotify = false } = options;
    const isFirst = this.#record.last === undefined;
    await this.#record.oweWhatACrashLeft(rendering);
    const forgets = this.#record.wentLive(plan);
    const asked = alwaysNotify
      ? undefined
      : await this.#delivery.ask(rendering, { isDue: ask, signal });
    // It was started, read this, and ended: to tell it helps nobody.
    const hasEnded = asked?.kind === 'unconfirmed' && asked.ended === true;
    if (hasEnded && !this.#delivery.lastGood.is(rendering)) {
      return await this.#goingBack.afterRefusal(rendering, asked.reason, { died: true, signal });
    }
    if (!this.#delivery.isOwed) {
      if (forgets || asked) await this.#record.delivered(rendering);
      const { log } = this.#deps;
      const message = unchangedMessage(this.#dest, this.#options.notifications);
      // Every minute, that would be much.
      if (ask && !isFirst) log.debug(message);
      else log.info(message);
      const confirmed = asked?.kind === 'confirmed' ? rendering.revision : undefined;
      return { kind: 'unchanged', notified: false, owed: false, confirmed };
    }
    const delivered = await this.#deliver(rendering, options);
    if (delivered.kind !== 'done') return delivered;
    const owed = this.#delivery.isOwed;
    const { confirmed, superseded, told } = delivered;
    return {
      ...{ kind: 'unchanged', notified: !owed, owed, confirmed, superseded },
      ...(told ? { told } : {}),
    };
  }

  async #deliver(
    rendering: Rendering,
    options: ApplyOptions,
  ): Promise<Extract<Delivered, { kind: 'done' }> | NotDelivered> {
    const delivered = await this.#delivery.settle(rendering, options);
    await this.#record.delivered(rendering);
    switch (delivered.kind) {
      case 'done':
        return delivered;
      case 'failed':
        return { ...delivered, retry: true };
      case 'unconfirmed':
        return await this.#goingBack.afterRefusal(rendering, delivered.reason, {
          died: delivered.died,
          signal: options.signal,
        });
    }
  }
}

/** What did not change since the last rendering is copied: with a thousand sites that is most of it. */
function encode({ files }: Rendering, last: Rendering | undefined): void {
  const before = new Map(last?.files.map(({ path, chunks }) => [path, chunks]));
  for (const { path, chunks } of files) bytesOf(chunks, before.get(path));
}

function writeFailed(dest: string, error: unknown): ApplyResult {
  return { kind: 'failed', stage: 'write', message: whatFailed(dest, error), retry: true };
}

/** Rethrows what is neither ours nor the file system's. */
function whatFailed(dest: string, error: unknown): string {
  if (error instanceof TsgenError && error.kind === 'output') return error.message;
  if (codeOf(error) === undefined) throw error;
  return `Cannot write '${dest}': ${messageOf(error)}.`;
}
