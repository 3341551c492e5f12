import { invalid, type Validated, valid } from './validated.ts';

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * A reader of times such as `1500ms`, `2s`, `5m` or `1h`, in milliseconds. The unit has to be there:
 * proxies disagree about what a bare number means.
 *
 * @param least in milliseconds
 * @param most in milliseconds
 */
export function timeBetween(least: number, most: number) {
  return (text: string): Validated<number> => {
    const [, digits = '', unit = ''] = /^(\d{1,9})\s*(ms|s|m|h)$/.exec(text.toLowerCase()) ?? [];
    const time = Number(digits) * (MILLISECONDS[unit] ?? Number.NaN);
    if (time >= least && time <= most) return valid(time);
    return invalid(
      `it is a time from ${timeText(least)} to ${timeText(most)}, with ms, s, m or h after the number`,
    );
  };
}

function timeText(time: number): string {
  const [unit = 'ms', size = 1] =
    Object.entries(MILLISECONDS).findLast(([, each]) => time % each === 0) ?? [];
  return `${time / size}${unit}`;
}

const BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

const MOST_BYTES = 1024 ** 4;

/** Reads a size such as `512k`, `10m` or `1g`, in bytes; `off` and `0` are 0, for no limit. */
export function parseSize(text: string): Validated<number> {
  const word = text.toLowerCase();
  if (word === 'off') return valid(0);
  const [, digits = '', unit = ''] = /^(\d{1,13})\s*([kmg]?)b?$/.exec(word) ?? [];
  const size = digits === '' ? Number.NaN : Number(digits) * (BYTES[unit] ?? Number.NaN);
  if (size >= 0 && size <= MOST_BYTES) return valid(size);
  return invalid('it is a size up to 1024g, such as 512k, 10m or 1g; off for no limit');
}
