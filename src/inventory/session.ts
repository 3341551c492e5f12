import { setMaxListeners } from 'node:events';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { Mailbox } from '../base/mailbox.ts';
import type { DockerApi, EngineInfo } from '../docker/api.ts';
import { EngineError } from '../docker/engine-error.ts';
import { type DockerEvent, readEvents } from '../docker/events.ts';
import type { Answer, Cache } from './cache.ts';
import type { Decision } from './decide.ts';
import { logEvent } from './log-event.ts';
import type { Look, Looker } from './look.ts';
import { pingWithin } from './ping.ts';

/** Why a snapshot is given: a full look, or what happened to single containers. */
export type Cause =
  | { readonly kind: 'sync'; readonly reason: 'start' | 'reconnect' | 'periodic' }
  | { readonly kind: 'events'; readonly events: readonly DockerEvent[] };

export interface SessionOptions {
  readonly api: DockerApi;
  readonly log: Logger;
  readonly clock: Clock;
  readonly cache: Cache;
  readonly looker: Looker;
  readonly resyncEveryMs: number;
  readonly pingAfterSilenceMs: number;
  readonly pingTimeoutMs: number;
  /** Called after each full look, before the changes that it brought. */
  readonly onSynced: (first: boolean) => void;
  /** Called after each batch of messages, once the first full look is done. */
  readonly onBatch: (batch: {
    readonly synced: boolean;
    readonly events: readonly DockerEvent[];
  }) => void;
}

type Message =
  | { readonly kind: 'event'; readonly event: DockerEvent }
  | {
      readonly kind: 'answer';
      readonly id: string;
      readonly sequence: number;
      readonly answer: Answer;
    }
  | { readonly kind: 'look'; readonly sequence: number; readonly look: Look }
  | { readonly kind: 'pong' }
  | { readonly kind: 'lost'; readonly error: unknown };

/** How far back signals are asked for: longer than nearly all containers take to stop. */
const REPLAY_MS = 60_000;
/** The engine replays at once. What comes later is new, whatever a clock that was set back says. */
const REPLAY_WITHIN_MS = 5_000;
/** What is older was not asked for: then the clock was set back, too. */
const REPLAY_AT_MOST_MS = REPLAY_MS + 1_000;

/**
 * One connection to the engine, from subscription to loss. The subscription comes first, so that
 * nothing happens unseen between the look at everything and the following of events. All state is
 * changed here, in the one loop that reads the mailbox.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #mailbox: Mailbox<Message>;
  #lastActivity = 0;
  #pinging: boolean = false;
  #live: boolean = false;
  #nextSync = Number.POSITIVE_INFINITY;
  /** Events from before this moment (engine's clock) are replayed ones. */
  #replayBefore = 0;
  #replayUntil = 0;
  #now = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#mailbox = new Mailbox(options.clock);
  }

  /** @throws TsgenError `engine` when the connection is lost; resolves when the signal aborts. */
  async run(outer: AbortSignal): Promise<void> {
    const ending = new AbortController();
    // Every request in flight listens to it, far more than the ten that Node.js takes for a leak.
    setMaxListeners(0, ending.signal);
    const end = () => ending.abort(outer.reason);
    outer.addEventListener('abort', end, { once: true });
    if (outer.aborted) end();
    try {
      await this.#subscribe(ending.signal);
      await this.#follow(ending.signal);
    } catch (error) {
      if (!outer.aborted) throw error;
    } finally {
      outer.removeEventListener('abort', end);
      ending.abort();
    }
  }

  async #subscribe(signal: AbortSignal): Promise<void> {
    const { api, clock, cache } = this.#options;
    cache.reset();
    const info = await api.info({ signal });
    const { systemTime } = info;
    // An engine that does not say what time it is cannot be asked for the last minute.
    const since = systemTime === undefined ? undefined : (systemTime - REPLAY_MS) / 1000;
    this.#replayBefore = systemTime ?? 0;
    const stream = await api.events({ signal, ...(since === undefined ? {} : { since }) });
    this.#lastActivity = clock.monotonic();
    this.#replayUntil = this.#lastActivity + REPLAY_WITHIN_MS;
    this.#start(async () => {
      const onActivity = () => {
        this.#lastActivity = clock.monotonic();
      };
      const onEvent = (event: DockerEvent) => this.#mailbox.post({ kind: 'event', event });
      await readEvents(stream, { endpoint: api.endpoint, onActivity, onEvent });
      throw new EngineError(
        `The Docker Engine at ${api.endpoint} ended the stream of events (GET /events). They are asked for again.`,
      );
    });
    this.#sync(signal, info);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { clock, cache } = this.#options;
    while (!signal.aborted) {
      const messages = await this.#mailbox.take({ until: this.#wakeAt(), signal });
      if (signal.aborted) return;
      this.#now = clock.monotonic();
      const taken: (readonly [DockerEvent, Decision])[] = [];
      let synced = false;
      let lost: { readonly error: unknown } | undefined;
      for (const message of messages) {
        switch (message.kind) {
          case 'event': {
            const decision = this.#take(message.event);
            if (decision) taken.push([message.event, decision]);
            break;
          }
          case 'answer':
            cache.settle(message.id, message.sequence, message.answer, this.#now);
            break;
          case 'look':
            this.#settleLook(message);
            synced = true;
            break;
          case 'pong':
            this.#pinging = false;
            this.#lastActivity = this.#now;
            break;
          case 'lost':
            lost ??= message;
            break;
        }
      }
      this.#whatIsDue(signal);
      this.#inspectWanted(signal);
      // While the engine answers: whoever reads the log wants a processor, too.
      for (const [event, decision] of taken) logEvent(this.#options.log, event, decision);
      const events = taken.flatMap(([event, { kind }]) => (kind === 'ignore' ? [] : [event]));
      // What was heard before the loss is true, and may be all that is heard for a while.
      if (this.#live) this.#options.onBatch({ synced, events });
      if (lost) throw lost.error;
    }
  }

  #wakeAt(): number {
    const { cache, pingAfterSilenceMs } = this.#options;
    const ping = this.#live && !this.#pinging ? this.#lastActivity + pingAfterSilenceMs : Infinity;
    return Math.min(ping, this.#nextSync, cache.nextExpiry);
  }

  /** @returns what it leads to; nothing for one of before. */
  #take(event: DockerEvent): Decision | undefined {
    const { cache } = this.#options;
    const ago = this.#replayBefore - event.timeMs;
    if (ago > 0 && ago <= REPLAY_AT_MOST_MS && this.#now < this.#replayUntil) {
      cache.replay(event, ago, this.#now);
      return undefined;
    }
    this.#replayUntil = 0;
    return cache.apply(event, this.#now);
  }

  #settleLook({ sequence, look }: { readonly sequence: number; readonly look: Look }): void {
    const { cache, clock, resyncEveryMs, onSynced } = this.#options;
    cache.settleSync(sequence, look, this.#now);
    this.#nextSync = clock.monotonic() + resyncEveryMs;
    const first = !this.#live;
    this.#live = true;
    onSynced(first);
  }

  #whatIsDue(signal: AbortSignal): void {
    const { cache, pingAfterSilenceMs } = this.#options;
    if (this.#now >= cache.nextExpiry) cache.expire(this.#now);
    if (this.#now >= this.#nextSync) this.#sync(signal);
    const silence = this.#now - this.#lastActivity;
    if (this.#live && !this.#pinging && silence >= pingAfterSilenceMs) this.#ping(signal);
  }

  #sync(signal: AbortSignal, info?: EngineInfo): void {
    this.#nextSync = Number.POSITIVE_INFINITY;
    const sequence = this.#options.cache.beginSync();
    this.#start(async () => {
      const look = await this.#options.looker.everything(signal, {
        info,
        containers: this.#options.cache.size,
      });
      this.#mailbox.post({ kind: 'look', sequence, look });
    });
  }

  #inspectWanted(signal: AbortSignal): void {
    const { cache, looker } = this.#options;
    for (const id of cache.takeWanted()) {
      this.#start(async () => {
        let sequence = cache.sequence;
        const begin = () => {
          sequence = cache.sequence;
        };
        const answer = await looker.one(id, { signal, begin });
        this.#mailbox.post({ kind: 'answer', id, sequence, answer });
      });
    }
  }

  /** A stream can be dead without an end; an engine that does not answer a ping is gone too. */
  #ping(signal: AbortSignal): void {
    this.#pinging = true;
    this.#start(async () => {
      await pingWithin(this.#options, signal);
      this.#mailbox.post({ kind: 'pong' });
    });
  }

  /** What fails in the background ends the session; after its end nobody reads the mailbox. */
  #start(task: () => Promise<void>): void {
    task().catch((error: unknown) => this.#mailbox.post({ kind: 'lost', error }));
  }
}
