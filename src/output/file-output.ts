import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import { LastingWarnings } from '../base/lasting-warnings.ts';
import { type Check, checksCandidate } from './check.ts';
import { contentOf } from './confirming.ts';
import { type Delivered, Delivery } from './delivery.ts';
import { removeLeftovers } from './leftovers.ts';
import { LiveFiles } from './live-files.ts';
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
import { type ManifestKeeper, OwedNote } from './owed-note.ts';
import type { Rendering } from './rendering.ts';
import type { OwnFile, SidePlan } from './side-plan.ts';
import { hasState } from './state.ts';
import type { Manifest } from './state-folder.ts';

type NotDelivered = Extract<ApplyResult, { kind: 'failed' | 'rejected' }>;

/** How old what a one-shot's crash left has to be before another one-shot takes it away. */
const LEFTOVER_MS = 10 * 60 * 1000;

/** Before the first success. */
const NOTHING_KNOWN: Manifest = { version: 1, content: '', generation: '', notified: true };

/** Check, swap, notify, confirm: for one destination, and the files that go with it. */
export class FileOutput implements Output {
  readonly #dest: string;
  readonly #options: OutputOptions;
  readonly #deps: OutputDeps;
  readonly #live: LiveFiles;
  readonly #delivery: Delivery;
  /** Of a one-shot: told only how it ended. */
  readonly #note: ManifestKeeper | undefined;
  #manifestSeen: boolean = false;
  /** The side files that tsgen wrote; not known until the first look. */
  #own: readonly OwnFile[] | undefined;
  readonly #warnings: LastingWarnings;
  /** What was made live last. */
  #last: Rendering | undefined;
  #running: Promise<unknown> = Promise.resolve();
  readonly tryOut?: NonNullable<Output['tryOut']>;

  constructor(dest: string, options: OutputOptions, deps: OutputDeps) {
    this.#dest = dest;
    this.#options = options;
    this.#deps = deps;
    this.#live = new LiveFiles(dest, options, deps);
    this.#delivery = new Delivery({ ...options, dest }, deps);
    this.#warnings = new LastingWarnings(deps.log);
    this.#note = options.state || !hasState(dest) ? undefined : new OwedNote(dest, deps);
    const { check } = options;
    if (check && checksCandidate(check)) {
      this.tryOut = (rendering, { signal }) => this.#settled(this.#try(rendering, check, signal));
    }
  }

  async prepare(): Promise<void> {
    const { files, now } = this.#deps;
    const olderThanMs = this.#options.state ? 0 : LEFTOVER_MS;
    for (const path of [this.#dest, ...(await this.#ownFiles()).map((file) => file.path)]) {
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
    this.#running = running.catch(() => undefined);
    return running;
  }

  async #try(rendering: Rendering, check: Check, signal: AbortSignal): Promise<Trial> {
    if (signal.aborted) return { kind: 'no-verdict', result: { kind: 'aborted' } };
    try {
      const plan = await this.#live.plan(rendering, await this.#ownFiles());
      await this.#announce(plan);
      return await this.#live.tryOut(plan, check, signal);
    } catch (error) {
      return { kind: 'no-verdict', result: writeFailed(this.#dest, error) };
    }
  }

  async openRequests(id: string, signal: AbortSignal): Promise<OpenRequests | undefined> {
    return await this.#options.memberChanges?.openRequests(id, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
  }

  async #apply(rendering: Rendering, options: ApplyOptions): Promise<ApplyResult> {
    if (options.signal.aborted) return { kind: 'aborted' };
    try {
      if (options.alwaysNotify) {
        this.#delivery.insist();
        this.#delivery.confirming.pardon();
      }
      const plan = await this.#plan(rendering);
      const refused = this.#delivery.confirming.whyRefused(plan.rendering);
      if (refused !== undefined) return await this.#stay(refused, options);
      const isUntouched = plan.removals.length === 0 && (await this.#live.hold(plan.rendering));
      if (isUntouched) return await this.#settleUnchanged(plan, options);
      await this.#presumeGood(rendering);
      await this.#announce(plan);
      return (await this.#hasEffect(plan.rendering))
        ? await this.#change(plan, options.signal)
        : await this.#retouch(plan, options.signal);
    } catch (error) {
      return writeFailed(this.#dest, error);
    }
  }

  async #ownFiles(): Promise<readonly OwnFile[]> {
    this.#own ??= (await this.#keeper?.readManifest())?.files ?? [];
    return this.#own;
  }

  async #plan(rendering: Rendering): Promise<SidePlan> {
    const plan = await this.#live.plan(rendering, await this.#ownFiles());
    this.#warnings.report(plan.warnings);
    return plan;
  }

  /**
   * Keeps on disk which side files are tsgen's before any is written: a crash must not leave one
   * that nobody would dare to change or remove.
   */
  async #announce({ writes, removals, begun }: SidePlan): Promise<void> {
    if (writes.length === 0 && removals.length === 0) return;
    const keeper = this.#keeper;
    if (!keeper) {
      throw new TsgenError(
        'output',
        `Cannot write files beside '${this.#dest}': there is no place to keep which of them are tsgen's. Give the template a regular file as destination.`,
      );
    }
    this.#own = begun;
    const manifest = (await keeper.readManifest()) ?? NOTHING_KNOWN;
    await keeper.writeManifest({ ...manifest, files: begun });
  }

  get #keeper(): ManifestKeeper | undefined {
    return this.#options.state ?? this.#note;
  }

  /** Whether the proxy is to be told, or new bytes are the old ones but for their comments. */
  async #hasEffect(rendering: Rendering): Promise<boolean> {
    const last = this.#last;
    if (this.#delivery.isOwed || last?.effect === undefined) return true;
    return last.effect !== rendering.effect || !(await this.#live.hold(last));
  }

  /** Puts new comments in place. They pass the check too: the proxy will read them some day. */
  async #retouch(plan: SidePlan, signal: AbortSignal): Promise<ApplyResult> {
    const { rendering } = plan;
    const committed = await this.#live.commit(plan, {
      signal,
      decided: () => this.#record(rendering),
    });
    if (committed.kind !== 'committed') return committed;
    this.#last = rendering;
    this.#own = plan.done;
    this.#deps.log.debug(`Only comments of '${this.#dest}' changed: nobody has to be told`);
    return { kind: 'unchanged', notified: false, owed: false };
  }

  async #change(plan: SidePlan, signal: AbortSignal): Promise<ApplyResult> {
    const started = this.#deps.monotonic();
    const { rendering } = plan;
    const committed = await this.#live.commit(plan, {
      signal,
      // Not after the swap: a crash between the two sends a notification too many, not one too few.
      decided: async () => {
        this.#delivery.oweAll();
        await this.#record(rendering);
      },
    });
    if (committed.kind !== 'committed') return committed;
    this.#last = rendering;
    this.#own = plan.done;
    for (const { path } of plan.writes) this.#deps.log.info(`Wrote '${path}'`);
    for (const path of plan.removals) this.#deps.log.info(`Removed '${path}'`);
    this.#deps.log.info(`Generated '${this.#dest}' from ${rendering.containerCount} containers`);
    const delivered = await this.#deliver(rendering, signal);
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
      ...(delivered.told ? { told: delivered.told } : {}),
    };
  }

  async #settleUnchanged(plan: SidePlan, options: ApplyOptions): Promise<ApplyResult> {
    const { rendering } = plan;
    const { signal, ask = false, alwaysNotify = false } = options;
    const isFirst = this.#last === undefined;
    this.#last = rendering;
    await this.#oweWhatACrashLeft(rendering);
    const forgets = JSON.stringify(this.#own) !== JSON.stringify(plan.done);
    this.#own = plan.done;
    const asked = alwaysNotify
      ? undefined
      : await this.#delivery.ask(rendering, { isDue: ask, signal });
    // It was started, read this, and ended: to tell it helps nobody.
    if (asked?.kind === 'unconfirmed' && asked.ended) {
      return await this.#afterRefusal(rendering, asked.reason, signal);
    }
    if (!this.#delivery.isOwed) {
      if (forgets || asked) await this.#recordEnd(rendering);
      const { log } = this.#deps;
      const message = unchangedMessage(this.#dest, this.#options.notifications);
      // Every minute, that would be much.
      if (ask && !isFirst) log.debug(message);
      else log.info(message);
      const confirmed = asked?.kind === 'confirmed' ? rendering.revision : undefined;
      return { kind: 'unchanged', notified: false, owed: false, confirmed };
    }
    const delivered = await this.#deliver(rendering, signal);
    if (delivered.kind !== 'done') return delivered;
    const owed = this.#delivery.isOwed;
    return {
      ...{ kind: 'unchanged', notified: !owed, owed, confirmed: delivered.confirmed },
      ...(delivered.told ? { told: delivered.told } : {}),
    };
  }

  async #deliver(
    rendering: Rendering,
    signal: AbortSignal,
  ): Promise<Extract<Delivered, { kind: 'done' }> | NotDelivered> {
    const delivered = await this.#delivery.settle(rendering, signal);
    await this.#recordEnd(rendering);
    switch (delivered.kind) {
      case 'done':
        return delivered;
      case 'failed':
        return { ...delivered, retry: true };
      case 'unconfirmed':
        return await this.#afterRefusal(rendering, delivered.reason, signal);
    }
  }

  /**
   * The proxy does not run what is live. It is told again, a few times; then what it took last comes
   * back, in files and to the proxy.
   */
  async #afterRefusal(
    rendering: Rendering,
    reason: string,
    signal: AbortSignal,
  ): Promise<NotDelivered> {
    const { confirming } = this.#delivery;
    const proxy = `The proxy (${this.#options.confirmation?.runner.where})`;
    const message = `${proxy} does not run the new content of '${this.#dest}': ${reason}.`;
    const failed = { kind: 'failed', stage: 'confirm', message, retry: true } as const;
    const good = confirming.failed(rendering);
    if (!good) return failed;
    const plan = await this.#plan(good);
    await this.#announce(plan);
    const committed = await this.#live.commit(plan, {
      signal,
      isKnownGood: true,
      decided: async () => {
        this.#delivery.oweAll();
        await this.#record(good);
      },
    });
    if (committed.kind !== 'committed') return failed;
    this.#last = good;
    this.#own = plan.done;
    const refusal = `${proxy} did not take the new content of '${this.#dest}': ${reason}. What it took last is back; the new content is not tried again until something changes.`;
    confirming.refuse(rendering, refusal);
    return {
      kind: 'rejected',
      message: refusal,
      restored: true,
      ...(await this.#bringBack(good, signal)),
    };
  }

  /** Of a rendering that was refused: what was live before it stays, and is seen to. */
  async #stay(message: string, { ask, signal }: ApplyOptions): Promise<ApplyResult> {
    const good = this.#last;
    const isDue = good !== undefined && (ask === true || this.#delivery.isOwed);
    const confirmed = isDue ? await this.#bringBack(good, signal) : {};
    return { kind: 'rejected', message, restored: true, ...confirmed };
  }

  /** Asks first: a proxy that did not take new content mostly goes on with the old one. */
  async #bringBack(
    good: Rendering,
    signal: AbortSignal,
  ): Promise<{ readonly confirmed?: string | undefined }> {
    const asked = await this.#delivery.ask(good, { isDue: true, signal });
    if (asked?.kind === 'confirmed') {
      await this.#recordEnd(good);
      return { confirmed: good.revision };
    }
    const delivered = await this.#delivery.settle(good, signal);
    await this.#recordEnd(good);
    return delivered.kind === 'done' ? { confirmed: delivered.confirmed } : {};
  }

  /**
   * What is live before the first change of this run, unless it is known that the proxy was never
   * told of it.
   */
  async #presumeGood(rendering: Rendering): Promise<void> {
    const { confirming } = this.#delivery;
    if (confirming.good || !confirming.covers(rendering)) return;
    const manifest = await this.#keeper?.readManifest();
    const files = await this.#live.capture(await this.#ownFiles());
    if (!files) return;
    const content = contentOf({ files });
    if (manifest && !(manifest.notified && manifest.content === content)) return;
    const { generation = '', revision } = manifest ?? {};
    const unknown = { members: new Map(), containerCount: 0, effect: content };
    confirming.presume({ files, generation, ...(revision ? { revision } : {}), ...unknown });
  }

  /** Once: from then on this run knows by itself what it owes. */
  async #oweWhatACrashLeft(rendering: Rendering): Promise<void> {
    if (this.#manifestSeen) return;
    this.#manifestSeen = true;
    const manifest = await this.#keeper?.readManifest();
    if (manifest && (!manifest.notified || manifest.content !== contentOf(rendering))) {
      this.#delivery.oweAll();
    }
  }

  async #record(rendering: Rendering): Promise<void> {
    this.#manifestSeen = true;
    await this.#keep(rendering, this.#options.state);
  }

  /** After the notifications: what is owed now is owed by whoever comes next. */
  async #recordEnd(rendering: Rendering): Promise<void> {
    await this.#keep(rendering, this.#keeper);
  }

  async #keep(rendering: Rendering, keeper: ManifestKeeper | undefined): Promise<void> {
    try {
      await keeper?.writeManifest({
        version: 1,
        content: contentOf(rendering),
        generation: rendering.generation,
        ...(rendering.revision ? { revision: rendering.revision } : {}),
        notified: !this.#delivery.isOwed,
        ...(this.#own && this.#own.length > 0 ? { files: this.#own } : {}),
      });
    } catch (error) {
      this.#deps.log.warn(
        `Cannot keep the state of '${this.#dest}' (${messageOf(error)}): after a restart a notification may be missing or superfluous.`,
        { dest: this.#dest },
      );
    }
  }
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
