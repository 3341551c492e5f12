import { dirname, join } from 'node:path';
import { codeOf } from '../base/errors.ts';
import type { Chunks } from './bytes-of.ts';
import {
  type Candidate,
  type Check,
  checkCandidate,
  checkLive,
  checksCandidate,
  type NotAccepted,
} from './check.ts';
import { ContentMemory, hashOf, holds } from './content.ts';
import { followLinks, readIfThere, statIfThere } from './files.ts';
import { temporaryBeside } from './leftovers.ts';
import type { ApplyResult, OutputDeps, OutputOptions, Trial } from './output.ts';
import type { RenderedFile, Rendering } from './rendering.ts';
import { type OwnFile, planSides, type SidePlan } from './side-plan.ts';
import { restoreSides, SideSwap } from './side-swap.ts';
import type { StateFolder } from './state-folder.ts';
import { type Replacement, replaceFile } from './swap.ts';

/** The rendering does not become live. */
type Refusal = Extract<ApplyResult, { kind: 'rejected' | 'failed' | 'aborted' }>;

/** `checked` is false where there was nobody to ask, and nothing to lose. */
type Asked = Refusal | { readonly kind: 'go'; readonly checked: boolean };

interface CommitOptions {
  readonly signal: AbortSignal;
  /** The proxy has passed it before: where there is nobody to ask, that counts. */
  readonly isKnownGood?: boolean;
  readonly decided: () => Promise<void>;
}

type Commit =
  | { readonly kind: 'committed'; readonly how: Replacement['how']; readonly checked: boolean }
  | Refusal;

/** A destination and the files that go with it: what they hold, and how they get new content. */
export class LiveFiles {
  readonly #dest: string;
  readonly #options: OutputOptions;
  readonly #deps: OutputDeps;
  readonly #memory: ContentMemory;
  readonly #warned = new Set<string>();
  /** What is to come back before anything else, because a restore failed. */
  #unrestored: { readonly before: Buffer | undefined } | undefined;

  constructor(dest: string, options: OutputOptions, deps: OutputDeps) {
    this.#dest = dest;
    this.#options = options;
    this.#deps = deps;
    this.#memory = new ContentMemory(deps.files);
  }

  /**
   * What has to be done to the side files; see `planSides`. What could not be restored comes back
   * first: what is live now must not be taken for what worked.
   */
  async plan(rendering: Rendering, own: readonly OwnFile[]): Promise<SidePlan> {
    if (this.#unrestored) await this.#restore(this.#unrestored.before);
    return await planSides(rendering, own, {
      files: this.#deps.files,
      holds: (path, chunks) => this.#holds(path, chunks),
    });
  }

  /** Whether all files hold these bytes already. */
  async hold(rendering: Rendering): Promise<boolean> {
    for (const { path, chunks } of rendering.files) {
      if (!(await this.#holds(path, chunks))) return false;
    }
    return true;
  }

  /** What the files hold now; `undefined` when one of them is not there, or no text. */
  async capture(own: readonly OwnFile[]): Promise<Rendering['files'] | undefined> {
    const folder = dirname(this.#dest);
    const read = async (path: string): Promise<RenderedFile | undefined> => {
      const bytes = await readIfThere(this.#deps.files, path).catch(() => undefined);
      const text = bytes?.toString();
      if (bytes === undefined || text === undefined || !holds(bytes, [text])) return undefined;
      return { path, chunks: [text], ...(path.startsWith(`${folder}/`) ? { confined: true } : {}) };
    };
    const main = await read(this.#dest);
    const sides = [];
    for (const { path } of own) sides.push(await read(path));
    if (!main || sides.includes(undefined)) return undefined;
    return [
      { path: main.path, chunks: main.chunks },
      ...sides.filter((side) => side !== undefined),
    ];
  }

  /**
   * Makes a planned rendering live if the check accepts it. `decided` is called once that is sure:
   * right before the swap, or after it where the check comes last.
   *
   * The side files are in place before the check, which can see a candidate of the main file only,
   * and come back as they were when it says no.
   */
  async commit(plan: SidePlan, options: CommitOptions): Promise<Commit> {
    const sides = this.#sideSwap(plan);
    await sides.begin(this.#options.check !== undefined);
    let committed: Commit;
    try {
      committed = await this.#commitMain(plan.rendering, options);
    } catch (error) {
      await sides.undo();
      throw error;
    }
    if (committed.kind === 'committed') await sides.finish();
    else await sides.undo();
    return committed;
  }

  /** Asks the check about a planned rendering, of which nothing stays. */
  async tryOut(plan: SidePlan, check: Check, signal: AbortSignal): Promise<Trial> {
    const sides = this.#sideSwap(plan);
    await sides.begin(true);
    let asked: Asked;
    try {
      asked = await this.#askFirst(check, plan.rendering.files[0].chunks, { signal });
    } finally {
      await sides.undo();
    }
    if (asked.kind === 'go' && asked.checked) return { kind: 'accepted' };
    if (asked.kind === 'rejected') return { reason: asked.message, ...asked };
    const unasked = { kind: 'unavailable', reason: 'the proxy does not run' } as const;
    return { kind: 'no-verdict', result: asked.kind === 'go' ? this.#refusal(unasked) : asked };
  }

  #sideSwap(plan: SidePlan): SideSwap {
    const { state } = this.#options;
    return new SideSwap(plan, {
      files: this.#deps.files,
      replace: (path, chunks) => this.#replace(path, chunks),
      ...(state ? { state } : {}),
    });
  }

  async #commitMain(rendering: Rendering, options: CommitOptions): Promise<Commit> {
    const [main] = rendering.files;
    const { check } = this.#options;
    if (check && !checksCandidate(check)) {
      return options.signal.aborted
        ? { kind: 'aborted' }
        : await this.#swapThenCheck(check, main.chunks, options.decided);
    }
    const checked = check && (await this.#askFirst(check, main.chunks, options));
    if (checked && checked.kind !== 'go') return checked;
    if (options.signal.aborted) return { kind: 'aborted' };
    await options.decided();
    const how = await this.#replace(this.#dest, main.chunks);
    return { kind: 'committed', how, checked: checked?.checked ?? false };
  }

  /** Restores the content before a swap whose check a crash prevented. */
  async undoPending(): Promise<void> {
    const { state } = this.#options;
    if (!state) return;
    await this.#undoSides(state);
    const pending = await state.readPending();
    if (!pending) return;
    this.#deps.log.warn(
      `The last run ended before the new content of '${this.#dest}' had passed its check: what was there before is restored.`,
      { dest: this.#dest },
    );
    await this.#restore(pending.hadFile ? await state.readLastGood() : undefined);
  }

  async #undoSides(state: StateFolder): Promise<void> {
    const sides = await state.readSides();
    if (!sides) return;
    const live = await readIfThere(this.#deps.files, this.#dest);
    const hasPassed = live && hashOf([live]) === sides.main && !(await state.readPending());
    if (hasPassed) {
      await state.endSides();
      return;
    }
    this.#deps.log.warn(
      `The last run ended before the files beside '${this.#dest}' had passed a check: what was there before is restored.`,
      { dest: this.#dest },
    );
    const { files } = this.#deps;
    const replace = (path: string, chunks: Chunks) => this.#replace(path, chunks);
    await restoreSides(sides.before, { files, replace }, (await state.readManifest())?.files ?? []);
    await state.endSides();
  }

  async #askFirst(
    check: Check,
    chunks: Chunks,
    { signal, isKnownGood }: Pick<CommitOptions, 'signal' | 'isKnownGood'>,
  ): Promise<Asked> {
    const { files, log, uid } = this.#deps;
    const old = await statIfThere(files, this.#dest).catch(() => undefined);
    const kept = this.#options.state?.candidateFolder;
    const folder = kept ?? (await this.#scratchFolder());
    const candidate: Candidate = { dest: this.#dest, chunks, folder, old, uid };
    try {
      const result = await checkCandidate(check, candidate, { files, signal });
      if (result.kind === 'accepted') {
        if (result.output) log.debug(`The check of '${this.#dest}' said: ${result.output}`);
        return { kind: 'go', checked: true };
      }
      if (result.kind === 'unavailable' && !old) {
        log.info(
          `Writing '${this.#dest}' without a check: ${result.reason}, and the file is not there yet.`,
          { dest: this.#dest },
        );
        return { kind: 'go', checked: false };
      }
      if (isKnownGood && (result.kind === 'unavailable' || result.kind === 'failed')) {
        return { kind: 'go', checked: false };
      }
      return this.#refusal(result);
    } finally {
      if (!kept) await files.rm(folder, { force: true, recursive: true });
    }
  }

  #refusal(result: NotAccepted): Refusal {
    switch (result.kind) {
      case 'aborted':
      case 'rejected':
        return result;
      case 'failed':
        return { kind: 'failed', stage: 'check', message: result.message, retry: true };
      case 'unavailable':
        return {
          kind: 'failed',
          stage: 'check',
          message: `Cannot check '${this.#dest}' now: ${result.reason}. It stays as it is until the proxy can check the new content.`,
          retry: true,
        };
    }
  }

  /** The weaker promise: for a moment the live file holds what nobody has checked. */
  async #swapThenCheck(
    check: Check,
    chunks: Chunks,
    decided: () => Promise<void>,
  ): Promise<Commit> {
    const { state } = this.#options;
    const before = await readIfThere(this.#deps.files, this.#dest);
    await state?.begin(before);
    let how: Replacement['how'];
    try {
      how = await this.#replace(this.#dest, chunks);
    } catch (error) {
      // The swap has put the old content back, or never touched it.
      await state?.end();
      throw error;
    }
    const result = await checkLive(check, this.#dest);
    const unasked = result.kind === 'unavailable' && before === undefined;
    if (result.kind === 'accepted' || unasked) {
      try {
        await decided();
        await state?.end();
      } catch (error) {
        // Whoever hears of this takes the side files back, and a start would take this back.
        await this.#restore(before);
        throw error;
      }
      return { kind: 'committed', how, checked: !unasked };
    }
    await this.#restore(before);
    return this.#refusal(result);
  }

  async #restore(before: Buffer | undefined): Promise<void> {
    this.#unrestored = { before };
    if (before) {
      await this.#replace(this.#dest, [before]);
    } else {
      const { files } = this.#deps;
      await files.rm(await followLinks(files, this.#dest), { force: true });
    }
    await this.#options.state?.end();
    this.#unrestored = undefined;
  }

  async #replace(path: string, chunks: Chunks): Promise<Replacement['how']> {
    const { files, log } = this.#deps;
    const { how } = await replaceFile(path, chunks, { files, log, warned: this.#warned });
    await this.#memory.remember(path, chunks);
    return how;
  }

  async #holds(path: string, chunks: Chunks): Promise<boolean> {
    try {
      return await this.#memory.holds(path, chunks);
    } catch {
      // It cannot be read. Whether it can be written, and why not, the swap will say.
      return false;
    }
  }

  /** A folder for one candidate, to be removed: beside the destination, where the proxy sees it. */
  async #scratchFolder(): Promise<string> {
    const { files, temporaryFolder } = this.#deps;
    const beside = temporaryBeside(this.#dest);
    try {
      await files.mkdir(beside, { mode: 0o755 });
      return beside;
    } catch (error) {
      // A missing folder is for the message about the candidate to tell.
      if (codeOf(error) === 'ENOENT') return beside;
      return await files.mkdtemp(join(temporaryFolder, 'tsgen-'));
    }
  }
}
