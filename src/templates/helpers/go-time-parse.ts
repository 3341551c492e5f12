import { DAYS, LAYOUT, MONTHS, type Moment } from './go-time.ts';

/** What a text has said so far. */
interface Found {
  year: number;
  month: number;
  day: number;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  isAfternoon: boolean | undefined;
  offset: number;
  zone: string;
}

/**
 * Reads a text that was written in a Go layout; without a zone it is UTC. As in Go, a fraction
 * after the seconds is read also where the layout has none. `undefined` for what does not fit, or
 * for a day or an hour that there is not.
 */
export function parseTime(layout: string, text: string): Moment | undefined {
  const pieces: string[] = [];
  const tokens: string[] = [];
  let position = 0;
  for (const { 0: token, index } of layout.matchAll(LAYOUT)) {
    pieces.push(quoted(layout.slice(position, index)));
    position = index + token.length;
    tokens.push(token);
    const next = layout.slice(position);
    const hasFraction = /^[.,](?:0+|9+)(?!\d)/.test(next);
    const isSecond = (token === '05' || token === '5') && !hasFraction;
    pieces.push(`(${PATTERNS[token] ?? patternOf(token)})${isSecond ? '([.,]\\d+)?' : ''}`);
    if (isSecond) tokens.push('.fraction');
  }
  pieces.push(quoted(layout.slice(position)));
  const match = text.match(new RegExp(`^${pieces.join('')}$`, 'i'));
  if (!match) return undefined;
  const found: Found = {
    ...{ year: 1, month: 1, day: 1, yearDay: undefined, isAfternoon: undefined },
    ...{ hour: 0, minute: 0, second: 0, nanosecond: 0, offset: 0, zone: 'UTC' },
  };
  for (const [index, token] of tokens.entries()) take(found, token, match[index + 1] ?? '');
  return momentOf(found);
}

const PATTERNS: Readonly<Record<string, string>> = {
  January: MONTHS.join('|'),
  Jan: MONTHS.map((name) => name.slice(0, 3)).join('|'),
  Monday: DAYS.join('|'),
  Mon: DAYS.map((name) => name.slice(0, 3)).join('|'),
  '2006': '\\d{4}',
  _2006: '_\\d{4}',
  '06': '\\d\\d',
  '002': '\\d{3}',
  __2: ' {0,2}\\d{1,3}',
  _2: ' ?\\d{1,2}',
  '15': '\\d\\d',
  PM: 'AM|PM',
  pm: 'AM|PM',
  MST: 'UTC|GMT|[+-]\\d\\d(?:\\d\\d)?',
};

function patternOf(token: string): string {
  if (/^[.,]/.test(token)) {
    return token[1] === '9' ? '(?:[.,]\\d+)?' : `[.,]\\d{${token.length - 1}}`;
  }
  if (/^[-Z]/.test(token)) {
    const offset = `[+-]${token.slice(1).replaceAll(/\d/g, '\\d')}`;
    return token.startsWith('Z') ? `Z|${offset}` : offset;
  }
  return token.length === 1 ? '\\d{1,2}' : '\\d\\d';
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(/ +/g, ' +');
}

function take(found: Found, token: string, text: string): void {
  const number = Number(text.replaceAll(/[ _]/g, ''));
  const among = (names: readonly string[]): number =>
    names.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());
  switch (token) {
    case 'January':
    case 'Jan':
      found.month = among(MONTHS) + 1;
      return;
    case '1':
    case '01':
      found.month = number;
      return;
    case '2':
    case '02':
    case '_2':
      found.day = number;
      return;
    case '002':
    case '__2':
      found.yearDay = number;
      return;
    case '2006':
    case '_2006':
      found.year = number;
      return;
    case '06':
      // Go's rule: 69 to 99 are of the last century.
      found.year = number >= 69 ? 1900 + number : 2000 + number;
      return;
    case '15':
      found.hour = number;
      return;
    case '3':
    case '03':
      found.hour = number > 12 ? Number.NaN : number;
      found.isAfternoon ??= false;
      return;
    case '4':
    case '04':
      found.minute = number;
      return;
    case '5':
    case '05':
      found.second = number;
      return;
    case 'PM':
    case 'pm':
      found.isAfternoon = text.toUpperCase() === 'PM';
      return;
    case 'Monday':
    case 'Mon':
      return;
    default:
      if (/^[.,]/.test(token)) found.nanosecond = Number(text.slice(1, 10).padEnd(9, '0'));
      else takeOffset(found, text);
  }
}

function takeOffset(found: Found, text: string): void {
  const digits = text.replaceAll(/\D/g, '');
  if (digits === '') return;
  const [hours = 0, minutes = 0, seconds = 0] = (digits.match(/\d\d/g) ?? []).map(Number);
  found.offset = (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  found.zone = found.offset === 0 ? 'UTC' : '';
}

function momentOf(found: Found): Moment | undefined {
  const { year, minute, second, nanosecond, offset, zone, yearDay } = found;
  const hour = hourOf(found);
  const [month, day] = yearDay === undefined ? [found.month, found.day] : [1, yearDay];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isYearDay = yearDay !== undefined && yearDay > 0 && date.getUTCFullYear() === year;
  if (!(isDay || isYearDay) || !(hour < 24) || minute > 59 || second > 59) return undefined;
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
  return { nanoseconds: BigInt(seconds) * 1_000_000_000n + BigInt(nanosecond), offset, zone };
}

function hourOf({ hour, isAfternoon }: Found): number {
  if (isAfternoon === undefined) return hour;
  if (isAfternoon) return hour < 12 ? hour + 12 : hour;
  return hour === 12 ? 0 : hour;
}
