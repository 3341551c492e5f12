import type { Logger } from '../base/log.ts';
import type { Check } from './check.ts';
import type { Confirmation } from './confirm.ts';
import { FileOutput } from './file-output.ts';
import type { FileSystem } from './files.ts';
import type { MemberChanges, OpenRequests, Told } from './member-changes.ts';
import type { Notification, NotificationResult, NotifyDeps } from './notify.ts';
import type { Rendering } from './rendering.ts';
import type { StateFolder } from './state-folder.ts';
import { StdoutOutput } from './stdout-output.ts';
import type { Replacement } from './swap.ts';

/** Makes renderings live, one at a time. */
export interface Output extends AsyncDisposable {
  /** To be called once before the first `apply`: undoes what a crash left half done. */
  prepare(): Promise<void>;
  /**
   * Never called while another call runs. An abort before the swap ends a check that runs and
   * gives the rendering up. A swap that was begun is finished; its notifications get 5 s together
   * from the abort on, each within its limit, and are then given up as owed. Disposing waits for
   * that.
   *
   * Logs what it does and what a notification came to; `message` is for the caller to log.
   * A proxy that can be asked is waited for until it runs the new content.
   * `alwaysNotify` sends the notifications even if nothing changed.
   *
   * Rejects for faults that nobody foresaw, and for nothing else.
   */
  apply(rendering: Rendering, options: ApplyOptions): Promise<ApplyResult>;
  /** What lies at the destination, as far as this run knows: less than was asked for, maybe. */
  readonly live?: Rendering | undefined;
  /**
   * Has the proxy check a rendering that is not to go live: nothing of it stays. Absent where that
   * cannot be: without a check, and with one that looks only at what is live. As `apply`, never
   * called while another call runs.
   */
  readonly tryOut?: (
    rendering: Rendering,
    options: { readonly signal: AbortSignal },
  ) => Promise<Trial>;
  /**
   * Of a container that was taken out while the proxy ran; `undefined` where that cannot be told. May
   * be called while an `apply` runs, and waits for its part with the proxy.
   */
  openRequests?(id: string, signal: AbortSignal): Promise<OpenRequests | undefined>;
  /**
   * Has a proxy that is told of its members while it runs give no new request to containers that are on
   * their way out, by their IDs: what is rendered without them comes later. Whoever would be the last
   * of an upstream stays. May be called while an `apply` runs, and waits for its part with the proxy.
   */
  letGo?(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void>;
}

export interface ApplyOptions {
  readonly signal: AbortSignal;
  readonly alwaysNotify?: boolean;
  /** The proxy may run something else than it was told: it is asked even if nothing changed. */
  readonly ask?: boolean;
  /**
   * Aborts when something newer is to go live without delay: what the proxy was told it is then not
   * waited for, and the next `apply` has to `ask`.
   */
  readonly superseded?: AbortSignal;
  /**
   * IDs of containers that have begun to leave since those of the rendering were looked at: `letGo` was
   * called for them. Others may come to it while the call runs.
   */
  readonly left?: ReadonlySet<string>;
}

export type ApplyResult =
  /**
   * What is live is the same for the proxy: the same bytes, or new ones of the same effect.
   * `notified`: a notification that was still owed was sent now.
   */
  | {
      readonly kind: 'unchanged';
      readonly notified: boolean;
      readonly owed: boolean;
      readonly confirmed?: string | undefined;
      readonly superseded?: true | undefined;
      /** As of one that was applied. */
      readonly told?: Told;
    }
  | {
      readonly kind: 'applied';
      readonly how: Replacement['how'] | 'stdout';
      /** `false` without a check, and where there was no proxy to ask and nothing to lose. */
      readonly checked: boolean;
      /** From the first look at the destination to the last notification. */
      readonly durationMs: number;
      readonly notifications: readonly NotificationResult[];
      /** Somebody could not be told because they do not run: the next `apply` tries again. */
      readonly owed: boolean;
      /** The revision that the proxy was seen to run; absent where it cannot be asked. */
      readonly confirmed?: string | undefined;
      /** What of `durationMs` was spent waiting for that. */
      readonly waitedMs?: number;
      /** It was not waited for to the end: there is something newer. */
      readonly superseded?: true | undefined;
      /** Absent where the proxy cannot be told of members while it runs. */
      readonly told?: Told;
    }
  /** The proxy's check said no, for a reason in its own words; what was live stays. */
  | {
      readonly kind: 'rejected';
      readonly message: string;
      readonly reason?: string;
      /** The check had passed it, but the proxy did not take it: what it took last is back. */
      readonly restored?: true;
      readonly confirmed?: string | undefined;
    }
  | {
      readonly kind: 'failed';
      /** After `notify` and `confirm` the new content is live, and the notification is owed. */
      readonly stage: 'check' | 'write' | 'notify' | 'confirm';
      readonly message: string;
      /** Whether the same call may work later. */
      readonly retry: boolean;
    }
  /** Given up before anything was changed. */
  | { readonly kind: 'aborted' };

/** What a check said of a rendering that was only tried. */
export type Trial =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly message: string; readonly reason: string }
  /** Nobody could be asked, or the files could not be written: that says nothing of the rendering. */
  | { readonly kind: 'no-verdict'; readonly result: ApplyResult };

export interface OutputDeps extends NotifyDeps {
  readonly files: FileSystem;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** `os.tmpdir()`. */
  readonly temporaryFolder: string;
  /** The user that tsgen runs as; absent where the platform has none. */
  readonly uid: number | undefined;
}

export interface OutputOptions {
  /** Absolute; standard output if absent. */
  readonly dest?: string;
  /** Writes to standard output. */
  readonly write: (text: string) => Promise<void> | void;
  /** Not for standard output. */
  readonly check?: Check;
  /** Not for standard output. */
  readonly confirmation?: Confirmation;
  /** Of a proxy that is told of members while it runs; goes with `confirmation`. */
  readonly memberChanges?: MemberChanges;
  /** In the order in which they are sent. */
  readonly notifications: readonly Notification[];
  /**
   * For the watcher that owns the destination. Without it nothing is left beside it, but for a
   * note while a notification is owed.
   */
  readonly state?: StateFolder;
}

export function createOutput(options: OutputOptions, deps: OutputDeps): Output {
  const { dest } = options;
  return dest === undefined ? new StdoutOutput(options, deps) : new FileOutput(dest, options, deps);
}
