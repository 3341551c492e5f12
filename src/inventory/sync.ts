import { setMaxListeners } from 'node:events';
import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DockerApi } from '../docker/api.ts';
import type { DockerEvent } from '../docker/events.ts';
import { Cache } from './cache.ts';
import { Looker } from './look.ts';
import type { Snapshot } from './runtime-container.ts';
import { type Cause, Session } from './session.ts';

export type { Cause } from './session.ts';

export interface InventoryOptions {
  readonly api: DockerApi;
  readonly log: Logger;
  readonly clock: Clock;
  /** The container that tsgen runs in. */
  readonly selfId?: string;
  /** Containers that do not run are held too; default false. */
  readonly holdsStopped?: boolean;
  /** Everything is looked at again after this; default 5 minutes. */
  readonly resyncEveryMs?: number;
  /** The engine is pinged when it said nothing for so long; default 10 s. */
  readonly pingAfterSilenceMs?: number;
  /**
   * An engine that shows no containers at all, where there were some, is asked again after this
   * before it is believed, in milliseconds; default 5 s, 0 is off.
   */
  readonly confirmEmptyMs?: number;
  /** Default 16. */
  readonly inspectsInFlight?: number;
  /** Default `Math.random`; spreads attempts to connect. */
  readonly random?: () => number;
}

export interface ConnectionState {
  /** Events are being followed. */
  readonly connected: boolean;
  /** Milliseconds since the epoch, as the other times. */
  readonly lastSyncAt?: number;
  readonly lastError?: string;
  readonly disconnectedSince?: number;
}

const RESYNC_EVERY_MS = 300_000;
const PING_AFTER_SILENCE_MS = 10_000;
const PING_TIMEOUT_MS = 5_000;
const BACKOFF = { firstMs: 250, longestMs: 10_000 } as const;
/** Of a storm of events not all are kept to tell why something changed. */
const CAUSES_KEPT = 20;
/** A connection that held for so long was a good one: the next attempt comes soon again. */
const GOOD_AFTER_MS = 5_000;

/**
 * One look at everything, for a run that renders once. It knows no stopping containers: those
 * show only to who follows the events.
 *
 * @throws TsgenError `engine` when the engine cannot be asked.
 */
export async function takeSnapshot(
  options: InventoryOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Snapshot> {
  const cache = new Cache(options.selfId, options.holdsStopped);
  const sequence = cache.beginSync();
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  // As many requests listen to it as are in flight, which Node.js would take for a leak.
  setMaxListeners(0, either);
  try {
    const look = await new Looker(options).everything(either);
    cache.settleSync(sequence, look, options.clock.monotonic());
    return cache.snapshot();
  } finally {
    // After a failure there is no use in the other requests.
    end.abort();
  }
}

/** The containers of an engine, followed as they change and through every loss of the engine. */
export class Inventory implements AsyncDisposable {
  readonly #options: InventoryOptions;
  readonly #cache: Cache;
  readonly #looker: Looker;
  readonly #backoff: Backoff;
  readonly #disposal = new AbortController();
  #running: Promise<void> | undefined;
  #state: ConnectionState = { connected: false };
  #given: Snapshot | undefined;
  #reported = '';
  #syncedAt: number | undefined;

  constructor(options: InventoryOptions) {
    this.#options = options;
    this.#cache = new Cache(options.selfId, options.holdsStopped);
    this.#looker = new Looker(options);
    this.#backoff = new Backoff({ ...BACKOFF, random: options.random ?? Math.random });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * Follows the engine until the signal aborts, then resolves. `onChange` gets a snapshot after
   * the first full look, and from then on after every batch of events that changed something.
   * An engine that is not there is waited for. May be called once.
   *
   * @throws whatever `onChange` throws.
   */
  async run(
    onChange: (snapshot: Snapshot, cause: Cause) => void,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    if (this.#running) throw new Error('an inventory runs only once');
    this.#running = this.#loop(onChange, AbortSignal.any([signal, this.#disposal.signal]));
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal.abort();
    // Whoever called `run` has seen its failure.
    await this.#running?.catch(() => undefined);
  }

  async #loop(
    onChange: (snapshot: Snapshot, cause: Cause) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    this.#state = { connected: false, disconnectedSince: clock.now() };
    try {
      while (!signal.aborted) await this.#attempt(onChange, signal);
    } finally {
      this.#state = { ...this.#state, connected: false, disconnectedSince: clock.now() };
    }
  }

  /** One session, and the pause after its loss. */
  async #attempt(
    onChange: (snapshot: Snapshot, cause: Cause) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#syncedAt = undefined;
    try {
      await this.#session(onChange).run(signal);
    } catch (error) {
      if (!(error instanceof TsgenError) || error.kind !== 'engine') throw error;
      this.#lost(error);
      await this.#options.clock.sleep(this.#backoff.next(), signal).catch(() => undefined);
    }
  }

  #session(onChange: (snapshot: Snapshot, cause: Cause) => void): Session {
    const { api, log, clock, resyncEveryMs, pingAfterSilenceMs } = this.#options;
    let sync: Cause = { kind: 'sync', reason: this.#given ? 'reconnect' : 'start' };
    let pending: DockerEvent[] = [];
    return new Session({
      api,
      log,
      clock,
      cache: this.#cache,
      looker: this.#looker,
      resyncEveryMs: resyncEveryMs ?? RESYNC_EVERY_MS,
      pingAfterSilenceMs: pingAfterSilenceMs ?? PING_AFTER_SILENCE_MS,
      pingTimeoutMs: PING_TIMEOUT_MS,
      onSynced: (first) => this.#synced(first),
      onBatch: ({ synced, events }) => {
        pending = [...pending, ...events].slice(-CAUSES_KEPT);
        const snapshot = this.#cache.snapshot();
        const cause: Cause = synced ? sync : { kind: 'events', events: pending };
        if (synced) sync = { kind: 'sync', reason: 'periodic' };
        if (snapshot === this.#given) return;
        this.#given = snapshot;
        pending = [];
        onChange(snapshot, cause);
      },
    });
  }

  #synced(first: boolean): void {
    const { log, clock } = this.#options;
    this.#state = { connected: true, lastSyncAt: clock.now() };
    if (!first) return;
    this.#syncedAt = clock.monotonic();
    this.#reported = '';
    log.info('Watching docker events');
  }

  /** Logged once for each reason: an engine that is away for an hour is not an hour of lines. */
  #lost(error: TsgenError): void {
    const { log, clock } = this.#options;
    const { connected, disconnectedSince } = this.#state;
    const held = this.#syncedAt === undefined ? 0 : clock.monotonic() - this.#syncedAt;
    if (this.#syncedAt !== undefined && held >= GOOD_AFTER_MS) this.#backoff.reset();
    const message = messageOf(error);
    this.#state = {
      ...this.#state,
      connected: false,
      lastError: message,
      disconnectedSince: connected ? clock.now() : (disconnectedSince ?? clock.now()),
    };
    if (message === this.#reported) log.debug(message);
    else if (connected) log.warn(message);
    else log.error(message);
    this.#reported = message;
  }
}
