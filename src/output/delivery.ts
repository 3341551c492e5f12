import type { Confirmation, Confirmed } from './confirm.ts';
import { Confirming } from './confirming.ts';
import type { LastGood } from './last-good.ts';
import type { MemberChanges, Told } from './member-changes.ts';
import type { Notification, NotificationResult, NotifyDeps } from './notify.ts';
import type { ApplyOptions } from './output.ts';
import { failureOf, Owed } from './owed.ts';
import type { Rendering } from './rendering.ts';

export type Delivered =
  | {
      readonly kind: 'done';
      readonly notifications: readonly NotificationResult[];
      /** The revision that the proxy was seen to run. */
      readonly confirmed?: string | undefined;
      /** Milliseconds that it was waited for. */
      readonly waitedMs: number;
      /** The proxy was told, and not waited for: there is something newer. */
      readonly superseded?: true;
      /** Absent where it cannot be told of members while it runs. */
      readonly told?: Told;
    }
  /** Somebody could not be told, or it was given up. */
  | { readonly kind: 'failed'; readonly stage: 'notify' | 'confirm'; readonly message: string }
  /** The proxy was told, and runs something else or nothing. */
  | {
      readonly kind: 'unconfirmed';
      readonly reason: string;
      /** It has ended since then. */
      readonly died: boolean;
    };

export interface DeliveryOptions {
  /** For messages. */
  readonly dest: string;
  readonly notifications: readonly Notification[];
  readonly confirmation?: Confirmation;
  /** Of a proxy that is told of members while it runs. */
  readonly memberChanges?: MemberChanges;
}

export interface DeliveryDeps extends NotifyDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type SettleOptions = Pick<ApplyOptions, 'signal' | 'superseded' | 'left'>;

/** Brings what is live to the proxy: tells it, and waits until it runs it. */
export class Delivery {
  readonly confirming: Confirming;
  readonly #owed: Owed;
  readonly #options: DeliveryOptions;
  readonly #deps: DeliveryDeps;
  /** It was asked or told since this run began. */
  #hasMet: boolean = false;
  /** It was told, and not waited for: its old workers may still answer. */
  #isUnseen: boolean = false;
  /** Nothing but the notification will do. */
  #insists: boolean = false;

  constructor(options: DeliveryOptions, deps: DeliveryDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#owed = new Owed(options.notifications, deps);
    this.confirming = new Confirming(options.confirmation, deps);
  }

  [Symbol.dispose](): void {
    this.confirming[Symbol.dispose]();
  }

  /** What the proxy took, and did not take. */
  get lastGood(): LastGood {
    return this.confirming.lastGood;
  }

  /** Somebody is still to be told. */
  get isOwed(): boolean {
    return this.#owed.any;
  }

  /** Everybody is to be told. */
  oweAll(): void {
    this.#owed.oweAll();
  }

  /** Everybody is to be told by the notification, whatever could be told otherwise. */
  insist(): void {
    this.#owed.oweAll();
    this.#insists = true;
  }

  /**
   * Asks the proxy where it may run something else: when this run begins, when somebody has reason
   * to think so, and before it is told once more. What it runs already it need not be told, and of
   * anything else it is owed. `undefined` where there is no reason to ask, or no use.
   */
  async ask(
    rendering: Rendering,
    { isDue, signal }: { readonly isDue: boolean; readonly signal: AbortSignal },
  ): Promise<Confirmed | undefined> {
    if (!isDue && this.#hasMet && !this.isOwed) return undefined;
    if (!this.#isAskable(rendering)) return undefined;
    // Of a template of the user's own, new content may have the same revision: an answer tells
    // nothing of whether it is known.
    if (rendering.effect === undefined && this.isOwed) return undefined;
    this.#hasMet = true;
    const answer = await this.confirming.ask(rendering, { patient: this.#isUnseen, signal });
    this.#isUnseen = false;
    const { memberChanges } = this.#options;
    if (answer.kind === 'confirmed') {
      this.#owed.settleAll();
      memberChanges?.confirmed(rendering);
      await memberChanges?.tidyUp(signal);
    } else memberChanges?.forget();
    if (answer.kind === 'unconfirmed') {
      const { dest } = this.#options;
      this.#deps.log.info(`The proxy does not run what '${dest}' says: ${answer.reason}`);
      this.#owed.oweAll();
    }
    return answer;
  }

  /**
   * Tells whoever has to be told, and waits until the proxy runs it, or there is something newer for it.
   * What fails stays owed.
   */
  async settle(rendering: Rendering, options: SettleOptions): Promise<Delivered> {
    this.#hasMet = true;
    const { memberChanges: changes } = this.#options;
    if (!changes) return await this.#load(rendering, options);
    return await changes.exclusive(() => this.#settleWith(changes, rendering, options));
  }

  /** At run time, or else by a notification; nothing else is told in between. */
  async #settleWith(
    changes: MemberChanges,
    rendering: Rendering,
    options: SettleOptions,
  ): Promise<Delivered> {
    const { left, signal } = options;
    const isTellable = rendering.roster && this.isOwed && this.#isAskable(rendering);
    const begun = this.#deps.monotonic();
    let told: Told | undefined;
    if (isTellable) {
      this.lastGood.told(rendering);
      told = this.#insists
        ? { kind: 'by-reload' }
        : await changes.tell(rendering, { signal, left });
      if (told.kind === 'at-run-time') {
        this.lastGood.took(rendering, this.#deps.monotonic());
        this.#owed.settleAll();
        const waitedMs = this.#deps.monotonic() - begun;
        const confirmed = rendering.revision;
        return { kind: 'done', notifications: [], confirmed, waitedMs, told };
      }
      if (told.reason !== undefined) {
        this.#deps.log.info(`The proxy is to load anew, for its members: ${told.reason}`);
      }
    }
    const loaded = await this.#load(rendering, options);
    if (loaded.kind !== 'done') return loaded;
    this.#insists = false;
    if (loaded.confirmed !== undefined) {
      changes.loaded(rendering);
      // It has loaded those that leave, too.
      if (left?.size) await changes.letGoNow(left, signal);
    }
    return told === undefined || loaded.notifications.length === 0 ? loaded : { ...loaded, told };
  }

  /** Has it load anew what is live. */
  async #load(
    rendering: Rendering,
    { signal, superseded }: Pick<ApplyOptions, 'signal' | 'superseded'>,
  ): Promise<Delivered> {
    this.#options.memberChanges?.forget();
    const since = this.#deps.now();
    const child = this.#options.confirmation?.child;
    const isThere = child === undefined || child.isRunning();
    this.lastGood.told(rendering);
    const notifications = await this.#owed.settle(signal);
    const failure = failureOf(notifications);
    const isTold = failure !== undefined || !this.isOwed;
    const begun = this.#deps.monotonic();
    const answer =
      isTold && this.#isAskable(rendering)
        ? await this.confirming.ask(rendering, {
            ...{ patient: failure === undefined, signal, superseded },
          })
        : undefined;
    const waitedMs = this.#deps.monotonic() - begun;
    this.#isUnseen = answer?.kind === 'superseded';
    switch (answer?.kind) {
      case 'confirmed':
        this.#owed.settleAll();
        return { kind: 'done', notifications, confirmed: rendering.revision, waitedMs };
      case 'unconfirmed': {
        const died = answer.ended === true || (await this.confirming.isGone());
        return await this.#unconfirmed(failure ?? answer.reason, { died, since });
      }
      case 'unavailable':
        // It ran when it was told. A child that did not is asked when it is started.
        if (isThere && notifications.some(wasSent)) {
          return await this.#unconfirmed(failure ?? answer.reason, { died: true, since });
        }
        break;
      case 'aborted': {
        this.#owed.oweAll();
        const { dest } = this.#options;
        const message = `tsgen was told to stop before the proxy was seen to run the new content of '${dest}': the next start asks it.`;
        return { kind: 'failed', stage: 'confirm', message };
      }
      case 'unanswerable':
      case 'superseded':
      case undefined:
        break;
    }
    return failure === undefined
      ? {
          ...{ kind: 'done', notifications, waitedMs },
          ...(this.#isUnseen ? { superseded: true } : {}),
        }
      : { kind: 'failed', stage: 'notify', message: failure };
  }

  async #unconfirmed(
    why: string,
    { died, since }: { readonly died: boolean; readonly since: number },
  ): Promise<Delivered> {
    this.#owed.oweAll();
    const reason = await this.confirming.withComplaints(why, since);
    return { kind: 'unconfirmed', reason, died };
  }

  /** Who is never told is not expected to know. */
  #isAskable(rendering: Rendering): boolean {
    return this.#options.notifications.length > 0 && this.confirming.covers(rendering);
  }
}

function wasSent({ kind }: NotificationResult): boolean {
  return kind !== 'unavailable';
}
