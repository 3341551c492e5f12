import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { contentOf } from './content-of.ts';
import type { Delivery } from './delivery.ts';
import type { ManifestKeeper } from './owed-note.ts';
import type { Rendering } from './rendering.ts';
import type { OwnFile, SidePlan } from './side-plan.ts';
import type { Manifest, StateFolder } from './state-folder.ts';

export interface LiveRecordOptions {
  readonly dest: string;
  /** Of the watch that owns the destination. */
  readonly state: StateFolder | undefined;
  /** Of a one-shot: told only how it ended. */
  readonly note: ManifestKeeper | undefined;
  readonly delivery: Delivery;
  readonly log: Logger;
}

/** Before the first success. */
const NOTHING_KNOWN: Manifest = { version: 1, content: '', generation: '', notified: true };

/**
 * What is known of the live files, here and on disk for the next run: which side files are tsgen's,
 * whether the proxy was told, what it took last and what it did not take.
 */
export class LiveRecord {
  readonly #options: LiveRecordOptions;
  #isManifestSeen: boolean = false;
  /** The side files that tsgen wrote; not known until the first look. */
  #own: readonly OwnFile[] | undefined;
  #last: Rendering | undefined;
  /** The content of the last good one that lies on disk. */
  #keptGood: string | undefined;
  #warnedOfGood: boolean = false;

  constructor(options: LiveRecordOptions) {
    this.#options = options;
  }

  /** What this run has made live, or found live, last. */
  get last(): Rendering | undefined {
    return this.#last;
  }

  /** The side files that tsgen wrote. */
  async own(): Promise<readonly OwnFile[]> {
    this.#own ??= (await this.manifest())?.files ?? [];
    return this.#own;
  }

  async manifest(): Promise<Manifest | undefined> {
    return await this.#keeper?.readManifest();
  }

  /**
   * Keeps on disk which side files are tsgen's before any is written: a crash must not leave one
   * that nobody would dare to change or remove.
   */
  async announce({ writes, removals, begun }: SidePlan): Promise<void> {
    if (writes.length === 0 && removals.length === 0) return;
    const keeper = this.#keeper;
    if (!keeper) {
      throw new TsgenError(
        'output',
        `Cannot write files beside '${this.#options.dest}': there is no place to keep which of them are tsgen's. Give the template a regular file as destination.`,
      );
    }
    this.#own = begun;
    const manifest = (await keeper.readManifest()) ?? NOTHING_KNOWN;
    await keeper.writeManifest({ ...manifest, files: begun });
  }

  /** What was planned is so now. @returns whether that is another set of side files than before. */
  wentLive({ rendering, done }: SidePlan): boolean {
    const changes = JSON.stringify(this.#own) !== JSON.stringify(done);
    this.#last = rendering;
    this.#own = done;
    return changes;
  }

  /** Before a rendering goes live. */
  async decided(rendering: Rendering): Promise<void> {
    this.#isManifestSeen = true;
    await this.#keep(rendering, this.#options.state);
  }

  /** After the notifications: what is owed now is owed by whoever comes next. */
  async delivered(rendering: Rendering): Promise<void> {
    await this.keepGood();
    await this.#keep(rendering, this.#keeper);
  }

  /** Once: from then on this run knows by itself what it owes. */
  async oweWhatACrashLeft(rendering: Rendering): Promise<void> {
    if (this.#isManifestSeen) return;
    this.#isManifestSeen = true;
    const manifest = await this.manifest();
    if (manifest && (!manifest.notified || manifest.content !== contentOf(rendering))) {
      this.#options.delivery.oweAll();
    }
  }

  /** What a run before this one knew of what the proxy took, and did not take. */
  async recall(): Promise<void> {
    const { state, delivery, dest } = this.#options;
    const manifest = await state?.readManifest();
    if (!state || !manifest) return;
    const good = await state.readGood();
    const content = good && contentOf(good);
    // One that neither the last run nor its last confirmation speaks of is from long ago.
    const isKnown = content === manifest.good || content === manifest.content;
    const isHere = good?.files[0].path === dest;
    if (isKnown && isHere) this.#keptGood = content;
    delivery.lastGood.recall({
      ...(isKnown && isHere ? { good } : {}),
      refused: manifest.refused,
    });
  }

  /** Before what it is can be lost: on disk, for a run after this one. */
  async keepGood(): Promise<void> {
    const { state, delivery, dest, log } = this.#options;
    const { good } = delivery.lastGood;
    if (!state || !good || contentOf(good) === this.#keptGood) return;
    try {
      await state.writeGood(good);
      this.#keptGood = contentOf(good);
    } catch (error) {
      if (this.#warnedOfGood) return;
      this.#warnedOfGood = true;
      log.warn(
        `Cannot keep what the proxy took last of '${dest}' (${messageOf(error)}): after a restart there may be nothing to go back to.`,
        { dest },
      );
    }
  }

  get #keeper(): ManifestKeeper | undefined {
    return this.#options.state ?? this.#options.note;
  }

  async #keep(rendering: Rendering, keeper: ManifestKeeper | undefined): Promise<void> {
    const { delivery, dest, log } = this.#options;
    const { refused } = delivery.lastGood;
    try {
      await keeper?.writeManifest({
        version: 1,
        content: contentOf(rendering),
        generation: rendering.generation,
        ...(rendering.revision ? { revision: rendering.revision } : {}),
        notified: !delivery.isOwed,
        ...(this.#own && this.#own.length > 0 ? { files: this.#own } : {}),
        ...(this.#keptGood === undefined ? {} : { good: this.#keptGood }),
        ...(refused ? { refused } : {}),
      });
    } catch (error) {
      log.warn(
        `Cannot keep the state of '${dest}' (${messageOf(error)}): after a restart a notification may be missing or superfluous.`,
        { dest },
      );
    }
  }
}
