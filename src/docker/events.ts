import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { messageOf, TsgenError } from '../base/errors.ts';

/** One line of `GET /events` that tsgen may care about. */
export interface DockerEvent {
  readonly type: 'container' | 'network';
  /** As the engine gives it: `start`, `health_status: healthy`, `connect` … */
  readonly action: string;
  /** The container; '' for network events that are about none. */
  readonly id: string;
  /** For network events. */
  readonly networkId?: string;
  /** Without a prototype: labels are among them. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** The engine's clock, milliseconds since the epoch, with fractions. */
  readonly timeMs: number;
}

/** No event comes near this; a longer line is not an event stream. */
const LONGEST_LINE = 1024 * 1024;
const NEWLINE = 0x0a;

export interface ReadEventsOptions {
  readonly onEvent: (event: DockerEvent) => void;
  /** Called for whatever arrives, wanted or not: the stream is alive. */
  readonly onActivity?: () => void;
  /** Names the endpoint in messages. */
  readonly endpoint: string;
}

/**
 * Byte stream of `GET /events` → events of containers and networks, one JSON document a line.
 * Health check runs (`exec_*`) are dropped before anything else is done with them. Resolves when the
 * stream ends.
 *
 * The bytes are taken as they come, since nobody keeps them waiting: to iterate over the stream costs
 * more than all that is done with what health checks make of it.
 *
 * @throws TsgenError `engine` when the stream breaks or what it carries is no event: something may
 * have been lost, so whoever follows has to look at everything again.
 */
export async function readEvents(stream: Readable, options: ReadEventsOptions): Promise<void> {
  const { endpoint, onActivity, onEvent } = options;
  let rest: Buffer[] = [];
  let restLength = 0;
  const take = (chunk: Buffer): void => {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const tail = chunk.subarray(from, at);
      const line = rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
      rest = [];
      restLength = 0;
      from = at + 1;
      const event = parseLine(line, endpoint);
      if (event) onEvent(event);
    }
    if (from === chunk.length) return;
    rest.push(chunk.subarray(from));
    restLength += chunk.length - from;
    if (restLength > LONGEST_LINE) {
      throw fault(endpoint, `a line is longer than ${LONGEST_LINE} bytes`);
    }
  };
  stream.on('data', (chunk: Buffer) => {
    onActivity?.();
    try {
      take(chunk);
    } catch (error) {
      stream.destroy(error as Error);
    }
  });
  try {
    await finished(stream);
  } catch (error) {
    if (error instanceof TsgenError) throw error;
    throw fault(endpoint, messageOf(error), error);
  }
}

function parseLine(line: Buffer, endpoint: string): DockerEvent | undefined {
  if (isExec(line)) return undefined;
  const text = line.toString('utf8').trim();
  if (text === '') return undefined;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw fault(endpoint, `it is not JSON: ${text.slice(0, 80)}`, error);
  }
  return toEvent(document, endpoint, text);
}

/**
 * Engines write `Action` before `Actor`, so this looks at the real action and never at a label of
 * that name; an unescaped quote cannot be within a JSON text.
 */
function isExec(line: Buffer): boolean {
  const at = line.indexOf('"Action":"exec_');
  return at >= 0 && at < line.indexOf('"Actor":');
}

function toEvent(document: unknown, endpoint: string, text: string): DockerEvent | undefined {
  if (!isRecord(document)) throw fault(endpoint, `it is not an event: ${text.slice(0, 80)}`);
  const { Type, Action, Actor } = document;
  if (typeof Type !== 'string' || typeof Action !== 'string' || !isRecord(Actor)) {
    throw fault(endpoint, `it is not an event: ${text.slice(0, 80)}`);
  }
  if (Type !== 'container' && Type !== 'network') return undefined;
  if (Action.startsWith('exec_')) return undefined;
  const attributes = textAttributes(Actor.Attributes);
  const actor = typeof Actor.ID === 'string' ? Actor.ID : '';
  const timeMs = eventTime(document);
  return Type === 'container'
    ? { type: Type, action: Action, id: actor, attributes, timeMs }
    : {
        type: Type,
        action: Action,
        id: attributes.container ?? '',
        networkId: actor,
        attributes,
        timeMs,
      };
}

function textAttributes(value: unknown): Readonly<Record<string, string | undefined>> {
  const attributes: Record<string, string> = Object.create(null);
  if (!isRecord(value)) return attributes;
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === 'string') attributes[key] = text;
  }
  return attributes;
}

/**
 * `timeNano` is beyond 2^53, where numbers are 256 apart: rounded to the microsecond, an event of
 * a full millisecond is not taken for one before it.
 */
function eventTime(document: Readonly<Record<string, unknown>>): number {
  const { time, timeNano } = document;
  if (typeof timeNano === 'number' && timeNano > 0) return Math.round(timeNano / 1000) / 1000;
  return typeof time === 'number' ? time * 1000 : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(endpoint: string, reason: string, cause?: unknown): TsgenError {
  return new TsgenError(
    'engine',
    `Lost the events of ${endpoint} (GET /events): ${reason}. They are asked for again.`,
    { cause },
  );
}
