import { contentOf } from './content-of.ts';
import type { Delivery } from './delivery.ts';
import type { LiveFiles } from './live-files.ts';
import type { LiveRecord } from './live-record.ts';
import type { ApplyOptions, ApplyResult } from './output.ts';
import type { Rendering } from './rendering.ts';
import type { SidePlan } from './side-plan.ts';

type NotDelivered = Extract<ApplyResult, { kind: 'failed' | 'rejected' }>;

export interface GoingBackOptions {
  readonly dest: string;
  /** Where the proxy runs, for messages. */
  readonly where: () => string | undefined;
  readonly live: LiveFiles;
  readonly record: LiveRecord;
  readonly delivery: Delivery;
  readonly plan: (rendering: Rendering) => Promise<SidePlan>;
}

/**
 * From what the proxy does not take to what it took last, which is kept over a restart of tsgen; and
 * not there again as long as nothing changes.
 */
export class GoingBack {
  readonly #options: GoingBackOptions;
  #hasRecalled: boolean = false;

  constructor(options: GoingBackOptions) {
    this.#options = options;
  }

  /** Once, for a rendering that the proxy can be asked for: what the last run knew. */
  async recall(rendering: Rendering): Promise<void> {
    const { delivery, record } = this.#options;
    if (this.#hasRecalled || !delivery.confirming.covers(rendering)) return;
    this.#hasRecalled = true;
    await record.recall();
  }

  /**
   * What is live before the first change of this run is to go back to, unless it is known that the
   * proxy was never told of it, or what it took before.
   */
  async presume(rendering: Rendering): Promise<void> {
    const { delivery, record, live } = this.#options;
    const { lastGood, confirming } = delivery;
    if (lastGood.good || !confirming.covers(rendering)) return;
    const manifest = await record.manifest();
    const files = await live.capture(await record.own());
    if (!files) return;
    const content = contentOf({ files });
    if (manifest && !(manifest.notified && manifest.content === content)) return;
    const { generation = '', revision } = manifest ?? {};
    const unknown = { containerCount: 0, effect: content };
    const good = { files, generation, ...(revision ? { revision } : {}), ...unknown };
    lastGood.recall({ good });
    await record.keepGood();
  }

  /**
   * The proxy does not run what is live. It is told again, a few times; then what it took last comes
   * back, in files and to the proxy. If it has ended, the files come back at once: whoever starts it
   * next starts it with what it takes.
   */
  async afterRefusal(
    rendering: Rendering,
    reason: string,
    { died, signal }: { readonly died: boolean; readonly signal: AbortSignal },
  ): Promise<NotDelivered> {
    const { dest, where, record, delivery } = this.#options;
    const proxy = `The proxy (${where()})`;
    const message = `${proxy} does not run the new content of '${dest}': ${reason}.`;
    const failed = { kind: 'failed', stage: 'confirm', retry: true } as const;
    const back = delivery.lastGood.failed(rendering, died);
    if (!back || !(await this.#restore(back.good, signal))) return { ...failed, message };
    if (!back.isLast) {
      return {
        ...failed,
        message: `${message} What it took last is back for its next start; then the new content is tried once more.`,
      };
    }
    const refusal = `${proxy} did not take the new content of '${dest}': ${reason}. What it took last is back; the new content is not tried again until something changes.`;
    delivery.lastGood.refuse(rendering, refusal);
    // A run that is ended here must not have to find out once more.
    await record.decided(back.good);
    return {
      kind: 'rejected',
      message: refusal,
      restored: true,
      ...(await this.#bringBack(back.good, signal)),
    };
  }

  /** Of a rendering that the proxy took, and soon ended of, again and again. */
  async escape(rendering: Rendering, signal: AbortSignal): Promise<NotDelivered | undefined> {
    if (!this.#options.delivery.lastGood.isDeadly(rendering)) return undefined;
    const reason = 'it ended soon after it was seen to run it, more than once';
    return await this.afterRefusal(rendering, reason, { died: true, signal });
  }

  /** Puts the files back. @returns whether they are. */
  async #restore(good: Rendering, signal: AbortSignal): Promise<boolean> {
    const { live, record, delivery } = this.#options;
    const plan = await this.#options.plan(good);
    await record.announce(plan);
    const committed = await live.commit(plan, {
      signal,
      isKnownGood: true,
      decided: async () => {
        delivery.oweAll();
        await record.decided(good);
      },
    });
    if (committed.kind !== 'committed') return false;
    record.wentLive(plan);
    return true;
  }

  /**
   * Of a rendering that was refused: what was live before it stays, and is seen to. `undefined` when
   * it is to be tried all the same, because what a run before this one went back to is live no more.
   */
  async stay(
    rendering: Rendering,
    { ask, signal }: ApplyOptions,
  ): Promise<NotDelivered | undefined> {
    const { live, record, delivery } = this.#options;
    const message = delivery.lastGood.whyRefused(rendering);
    if (message === undefined) return undefined;
    const isFirst = record.last === undefined;
    const good = record.last ?? delivery.lastGood.good;
    if (isFirst) {
      // What cannot be put there any more is not there.
      const plan = good && (await this.#options.plan(good).catch(() => undefined));
      if (!plan || plan.removals.length > 0 || !(await live.hold(plan.rendering))) {
        delivery.lastGood.pardon();
        return undefined;
      }
      record.wentLive(plan);
      await record.oweWhatACrashLeft(plan.rendering);
    }
    const isDue = good !== undefined && (isFirst || ask === true || delivery.isOwed);
    const confirmed = isDue ? await this.#bringBack(good, signal) : {};
    return { kind: 'rejected', message, restored: true, ...confirmed };
  }

  /** Asks first: a proxy that did not take new content mostly goes on with the old one. */
  async #bringBack(
    good: Rendering,
    signal: AbortSignal,
  ): Promise<{ readonly confirmed?: string | undefined }> {
    const { delivery, record } = this.#options;
    const asked = await delivery.ask(good, { isDue: true, signal });
    if (asked?.kind === 'confirmed') {
      await record.delivered(good);
      return { confirmed: good.revision };
    }
    const delivered = await delivery.settle(good, { signal });
    await record.delivered(good);
    return delivered.kind === 'done' ? { confirmed: delivered.confirmed } : {};
  }
}
