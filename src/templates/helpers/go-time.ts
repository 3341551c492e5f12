/** A moment, and where its clock stands: what Go's `time.Time` holds. */
export interface Moment {
  /** Nanoseconds since 1970 in UTC. */
  readonly nanoseconds: bigint;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** `UTC`, `CET` and so on; '' where only the offset is known. */
  readonly zone: string;
}

const SECOND = 1_000_000_000n;

/** The clock's fields of a moment, where it stands. */
interface Fields {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From 0, Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

function fieldsOf({ nanoseconds, offset }: Moment): Fields {
  const local = nanoseconds + BigInt(offset) * SECOND;
  const nanosecond = ((local % SECOND) + SECOND) % SECOND;
  const date = new Date(Number((local - nanosecond) / 1_000_000n));
  const year = date.getUTCFullYear();
  const midnight = Date.UTC(year, date.getUTCMonth(), date.getUTCDate());
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    yearDay: Math.round((midnight - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: Number(nanosecond),
  };
}

export const MONTHS: readonly string[] = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
export const DAYS: readonly string[] = [
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
];

/**
 * The parts of a Go layout that stand for something. A longer one comes before its own beginning;
 * `Jan` and `Mon` count only where no lower-case letter follows, a fraction where no digit does
 * (both as in Go's `nextStdChunk`).
 */
export const LAYOUT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|_2006|__2|_2|3|4|5|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?!\d)/g;

/** Spells a moment as a Go layout says, which shows how Mon Jan 2 15:04:05 MST 2006 would look. */
export function formatTime(moment: Moment, layout: string): string {
  const fields = fieldsOf(moment);
  return layout.replaceAll(LAYOUT, (token) => spell(token, fields, moment));
}

function spell(token: string, fields: Fields, moment: Moment): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour12 = fields.hour % 12 || 12;
  switch (token) {
    case 'January':
      return MONTHS[fields.month - 1] ?? '';
    case 'Jan':
      return (MONTHS[fields.month - 1] ?? '').slice(0, 3);
    case '1':
      return String(fields.month);
    case '01':
      return two(fields.month);
    case 'Monday':
      return DAYS[fields.weekday] ?? '';
    case 'Mon':
      return (DAYS[fields.weekday] ?? '').slice(0, 3);
    case '2':
      return String(fields.day);
    case '_2':
      return String(fields.day).padStart(2);
    case '02':
      return two(fields.day);
    case '__2':
      return String(fields.yearDay).padStart(3);
    case '002':
      return String(fields.yearDay).padStart(3, '0');
    case '2006':
    case '_2006':
      return token.slice(0, -4) + String(fields.year).padStart(4, '0');
    case '06':
      return two(fields.year % 100);
    case '15':
      return two(fields.hour);
    case '3':
      return String(hour12);
    case '03':
      return two(hour12);
    case '4':
      return String(fields.minute);
    case '04':
      return two(fields.minute);
    case '5':
      return String(fields.second);
    case '05':
      return two(fields.second);
    case 'PM':
      return fields.hour < 12 ? 'AM' : 'PM';
    case 'pm':
      return fields.hour < 12 ? 'am' : 'pm';
    case 'MST':
      return moment.zone || offsetText(moment.offset, moment.offset % 3600 === 0 ? '-07' : '-0700');
    default:
      return /^[.,]/.test(token)
        ? fraction(token, fields.nanosecond)
        : offsetText(moment.offset, token);
  }
}

function fraction(token: string, nanosecond: number): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, token.length - 1);
  const padded = digits.padEnd(token.length - 1, '0');
  if (token[1] === '0') return token.charAt(0) + padded;
  const short = padded.replace(/0+$/, '');
  return short === '' ? '' : token.charAt(0) + short;
}

/** `+01:00` in the way of a token such as `-07:00`; `Z` for UTC where that begins with Z. */
function offsetText(offset: number, token: string): string {
  if (token.startsWith('Z') && offset === 0) return 'Z';
  const size = Math.abs(offset);
  const parts = [size / 3600, (size / 60) % 60, size % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  const count = token.replaceAll(/\D/g, '').length / 2;
  return (offset < 0 ? '-' : '+') + parts.slice(0, count).join(token.includes(':') ? ':' : '');
}
