import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import { LastingWarnings } from '../base/lasting-warnings.ts';
import { type Check, checksCandidate } from './check.ts';
import { hashOf } from './content.ts';
import { removeLeftovers } from './leftovers.ts';
import { LiveFiles } from './live-files.ts';
import type {
  ApplyOptions,
  ApplyResult,
  Output,
  OutputDeps,
  OutputOptions,
  Trial,
} from './output.ts';
import { failureOf, Owed, unchangedMessage } from './owed.ts';
import { type ManifestKeeper, OwedNote } from './owed-note.ts';
import type { Rendering } from './rendering.ts';
import type { OwnFile, SidePlan } from './side-plan.ts';
import { hasState } from './state.ts';
import type { Manifest } from './state-folder.ts';

/** How old what a one-shot's crash left has to be before another one-shot takes it away. */
const LEFTOVER_MS = 10 * 60 * 1000;

/** Before the first success. */
const NOTHING_KNOWN: Manifest = { version: 1, content: '', generation: '', notified: true };

/** Check, swap, notify: for one destination, and the files that go with it. */
export class FileOutput implements Output {
  readonly #dest: string;
  readonly #options: OutputOptions;
  readonly #deps: OutputDeps;
  readonly #live: LiveFiles;
  readonly #owed: Owed;
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
    this.#owed = new Owed(options.notifications, deps);
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
  }

  async #apply(rendering: Rendering, { signal, alwaysNotify }: ApplyOptions): Promise<ApplyResult> {
    if (signal.aborted) return { kind: 'aborted' };
    try {
      if (alwaysNotify) this.#owed.oweAll();
      const plan = await this.#plan(rendering);
      const isUntouched = plan.removals.length === 0 && (await this.#live.hold(plan.rendering));
      if (isUntouched) return await this.#settleUnchanged(plan, signal);
      await this.#announce(plan);
      return (await this.#hasEffect(plan.rendering))
        ? await this.#change(plan, signal)
        : await this.#retouch(plan, signal);
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
    if (this.#owed.any || last?.effect === undefined) return true;
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
        this.#owed.oweAll();
        await this.#record(rendering);
      },
    });
    if (committed.kind !== 'committed') return committed;
    this.#last = rendering;
    this.#own = plan.done;
    for (const { path } of plan.writes) this.#deps.log.info(`Wrote '${path}'`);
    for (const path of plan.removals) this.#deps.log.info(`Removed '${path}'`);
    this.#deps.log.info(`Generated '${this.#dest}' from ${rendering.containerCount} containers`);
    const notifications = await this.#owed.settle(signal);
    await this.#recordEnd(rendering);
    const failure = failureOf(notifications);
    if (failure) return { kind: 'failed', stage: 'notify', message: failure, retry: true };
    return {
      kind: 'applied',
      how: committed.how,
      checked: committed.checked,
      durationMs: this.#deps.monotonic() - started,
      notifications,
      owed: this.#owed.any,
    };
  }

  async #settleUnchanged(plan: SidePlan, signal: AbortSignal): Promise<ApplyResult> {
    const { rendering } = plan;
    this.#last = rendering;
    await this.#oweWhatACrashLeft(rendering);
    const forgets = JSON.stringify(this.#own) !== JSON.stringify(plan.done);
    this.#own = plan.done;
    if (!this.#owed.any) {
      if (forgets) await this.#recordEnd(rendering);
      this.#deps.log.info(unchangedMessage(this.#dest, this.#options.notifications));
      return { kind: 'unchanged', notified: false, owed: false };
    }
    const failure = failureOf(await this.#owed.settle(signal));
    await this.#recordEnd(rendering);
    if (failure) return { kind: 'failed', stage: 'notify', message: failure, retry: true };
    return { kind: 'unchanged', notified: !this.#owed.any, owed: this.#owed.any };
  }

  /** Once: from then on this run knows by itself what it owes. */
  async #oweWhatACrashLeft(rendering: Rendering): Promise<void> {
    if (this.#manifestSeen) return;
    this.#manifestSeen = true;
    const manifest = await this.#keeper?.readManifest();
    if (manifest && (!manifest.notified || manifest.content !== contentOf(rendering))) {
      this.#owed.oweAll();
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
        notified: !this.#owed.any,
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

function contentOf(rendering: Rendering): string {
  return hashOf(rendering.files.flatMap(({ path, chunks }) => [path, '\0', ...chunks, '\0']));
}
