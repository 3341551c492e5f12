import { createInterface } from 'node:readline';
import { Backoff } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DockerApi, Filters } from '../docker/api.ts';

export interface ExtraEventsOptions {
  readonly api: Pick<DockerApi, 'events'>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly filters: Filters;
  readonly onEvent: () => void;
  /** Default `Math.random`; spreads attempts to connect. */
  readonly random?: () => number;
}

const BACKOFF = { firstMs: 250, longestMs: 10_000 } as const;

/** What the inventory hears and acts upon anyway. */
const FOLLOWED: ReadonlySet<string> = new Set([
  'start',
  'stop',
  'die',
  'health_status',
  'destroy',
  'kill',
  'pause',
  'unpause',
  'rename',
  'update',
  'connect',
  'disconnect',
]);

/** Whether the filters ask for nothing but what is followed anyway. */
export function addsNothing(filters: Filters): boolean {
  return Object.entries(filters).every(
    ([key, values]) => key === 'event' && values.every((value) => FOLLOWED.has(value)),
  );
}

/**
 * Follows the events that fit the user's filters, by a stream of their own that the engine filters.
 * They change nothing that is known of the containers; they make jobs render. An engine that is
 * not there is waited for: what it is away for is the inventory's to say.
 */
export async function followExtraEvents(
  options: ExtraEventsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { api, log, clock, filters, onEvent } = options;
  const backoff = new Backoff({ ...BACKOFF, random: options.random ?? Math.random });
  while (!signal.aborted) {
    try {
      const stream = await api.events({ filters, signal });
      for await (const line of createInterface({ input: stream })) {
        backoff.reset();
        const { type, action, id } = factsOf(line);
        log.info(`Received event ${action} for ${type} ${shortOf(id)}`);
        onEvent();
      }
    } catch (error) {
      if (signal.aborted) return;
      const refused = error instanceof TsgenError && /\b400\b|invalid filter/i.test(error.message);
      const message = `Cannot follow the events of --event-filter: ${messageOf(error)}`;
      if (refused) log.error(message);
      else log.debug(message);
    }
    await clock.sleep(backoff.next(), signal).catch(() => undefined);
  }
}

interface EventFacts {
  readonly type: string;
  readonly action: string;
  readonly id: string;
}

/** Enough for a line in the log; an event of any kind may be asked for. */
function factsOf(line: string): EventFacts {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  try {
    const { Type, Action, Actor } = JSON.parse(line) as {
      readonly Type?: unknown;
      readonly Action?: unknown;
      readonly Actor?: { readonly ID?: unknown } | null;
    };
    return { type: text(Type) || 'container', action: text(Action), id: text(Actor?.ID) };
  } catch {
    return { type: 'container', action: 'unknown', id: '' };
  }
}

/** Twelve digits of an ID, as people know it; a name, such as a volume's, as it is. */
function shortOf(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}
