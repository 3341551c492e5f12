import { timeBetween } from './measures.ts';
import { splitList } from './split-list.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Milliseconds; absent: as the proxy has it. */
export interface Timeouts {
  readonly connect?: number;
  readonly client?: number;
  readonly server?: number;
}

const READERS = {
  connect: timeBetween(1, 60_000),
  client: timeBetween(10, 86_400_000),
  server: timeBetween(10, 86_400_000),
} as const;

/** Reads `connect 5000, client 50000`, HAProxy's form: a bare number is milliseconds. */
export function parseTimeouts(text: string): Validated<Timeouts> {
  const timeouts: { -readonly [K in keyof Timeouts]: number } = {};
  for (const item of splitList(text)) {
    const [, name = '', time = '', unit = 'ms'] =
      /^(\w+)\s+(\d{1,9})\s*(ms|s|m|h)?$/i.exec(item) ?? [];
    if (!isName(name)) {
      return invalid('it is connect TIME, client TIME and server TIME, by comma, and no other one');
    }
    const read = READERS[name](`${time}${unit}`);
    if (read.kind === 'invalid') return invalid(`${name}: ${read.reason}`);
    timeouts[name] = read.value;
  }
  return valid(timeouts);
}

function isName(name: string): name is keyof typeof READERS {
  return Object.hasOwn(READERS, name);
}
