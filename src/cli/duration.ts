import { TsgenError } from '../base/errors.ts';

/** Milliseconds. */
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g;
const WHOLE = new RegExp(`^\\+?(?:0|(?:${PART.source})+)$`);

/** A duration in Go's notation (`500ms`, `1m30s`, `0`) in milliseconds; `undefined` if it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit = ''] of text.matchAll(PART)) {
    total += Number(number) * (UNIT_MS.get(unit) ?? 0);
  }
  return total;
}

/** How long to gather changes, in milliseconds. */
export interface Wait {
  /** No change came for so long. */
  readonly minMs: number;
  /** At the latest so long after the first change. */
  readonly maxMs: number;
}

/**
 * docker-gen's `MIN[:MAX]`; MAX is four times MIN if absent. `undefined` when it is off: empty, or
 * a MIN of nothing.
 *
 * @throws TsgenError `usage` for anything else, and for a MAX below MIN.
 */
export function parseWait(text: string): Wait | undefined {
  if (text === '') return undefined;
  const [first = '', second, ...rest] = text.split(':').map((part) => part.trim());
  const minMs = parseGoDuration(first);
  const maxMs = second === undefined ? 4 * (minMs ?? 0) : parseGoDuration(second);
  if (minMs === undefined || maxMs === undefined || rest.length > 0) {
    throw new TsgenError(
      'usage',
      `--wait takes MIN or MIN:MAX, durations such as 500ms, 2s or 1m30s; it got '${text}'.`,
    );
  }
  if (maxMs < minMs) {
    throw new TsgenError(
      'usage',
      `--wait '${text}' has a longest wait below the shortest. Write MIN:MAX with MAX the longer one.`,
    );
  }
  return minMs === 0 ? undefined : { minMs, maxMs };
}
