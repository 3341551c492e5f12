import { any, text } from './args.ts';
import { durationText, parseDuration, roundedDuration } from './go-duration.ts';
import { formatTime, type Moment } from './go-time.ts';
import { parseTime } from './go-time-parse.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';
import { inZone } from './zones.ts';

const layout = text('layout', 'how Mon Jan 2 15:04:05 MST 2006 would look');
const time = any('time', 'RFC 3339 text such as `Created`, or seconds since 1970');
const zone = text('zone', 'such as `UTC` or `Europe/Berlin`');
const created = { Created: '2024-02-29T13:04:05.123456789Z' };

const modify = inline({
  name: 'dateModify',
  args: [text('duration', 'a Go duration such as `-1h30m`'), time],
  description: 'The time so much later, or earlier, as RFC 3339 text.',
  example: {
    template: '{{dateModify "-1h30m" Created}}',
    context: created,
    result: '2024-02-29T11:34:05.123456789Z',
  },
  fn: (duration, when) => {
    const moment = momentOf(when, 2);
    const change = parseDuration(duration);
    if (change === undefined) {
      throw new HelperError(
        `argument 1 (duration) must be a duration such as 1h30m or 500ms, got ${shown(duration)}`,
      );
    }
    return rfc3339({ ...moment, nanoseconds: moment.nanoseconds + change });
  },
});
const inZoneHelper = inline({
  name: 'dateInZone',
  args: [layout, time, zone],
  description: "The time in a zone as a layout of Go's says.",
  example: {
    template: '{{dateInZone "15:04 -0700" Created "Asia/Tokyo"}}',
    context: created,
    result: '22:04 +0900',
  },
  fn: (how, when, where) => formatTime(zoned(momentOf(when, 2), where, 3), how),
});
const reading = inline({
  name: 'toDate',
  args: [layout, text('text', 'a time that is written so')],
  description: 'The time that a text says, as RFC 3339 text; nothing if it does not fit.',
  example: { template: '{{toDate "02.01.2006" "24.12.2024"}}', result: '2024-12-24T00:00:00Z' },
  fn: (how, value) => {
    const moment = parseTime(how, value);
    return moment && rfc3339(moment);
  },
});

/**
 * Dates and durations. Times are text in RFC 3339. What Sprig reads from the machine, its clock
 * and its zone, is left out, as the same input has to give the same file: a time without a zone
 * is UTC.
 */
export const dateHelpers: readonly InlineHelper[] = [
  inline({
    name: 'date',
    args: [layout, time],
    description: "The time in UTC as a layout of Go's says.",
    example: {
      template: '{{date "Mon Jan _2 15:04:05.000 2006" Created}}',
      context: created,
      result: 'Thu Feb 29 13:04:05.123 2024',
    },
    fn: (how, when) => formatTime(utc(momentOf(when, 2)), how),
  }),
  inZoneHelper,
  alsoNamed(inZoneHelper, 'date_in_zone'),
  inline({
    name: 'htmlDate',
    args: [time],
    description: 'The day in UTC, as `2006-01-02`.',
    example: { template: '{{htmlDate Created}}', context: created, result: '2024-02-29' },
    fn: (when) => formatTime(utc(momentOf(when, 1)), '2006-01-02'),
  }),
  inline({
    name: 'htmlDateInZone',
    args: [time, zone],
    description: 'The day in a zone, as `2006-01-02`.',
    example: { template: '{{htmlDateInZone 1709250000 "Asia/Tokyo"}}', result: '2024-03-01' },
    fn: (when, where) => formatTime(zoned(momentOf(when, 1), where, 2), '2006-01-02'),
  }),
  modify,
  ...['date_modify', 'mustDateModify', 'must_date_modify'].map((name) => alsoNamed(modify, name)),
  reading,
  inline({
    name: 'mustToDate',
    args: [layout, text('text', 'a time that is written so')],
    description: 'Like `toDate`, but an error if the text does not fit.',
    example: {
      template: '{{mustToDate "2006-01-02" "2024-12-24"}}',
      result: '2024-12-24T00:00:00Z',
    },
    fn: (how, value) => {
      const moment = parseTime(how, value);
      if (moment) return rfc3339(moment);
      throw new HelperError(
        `argument 2 (text) is no time in the layout ${shown(how)}: ${shown(value)}`,
      );
    },
  }),
  inline({
    name: 'unixEpoch',
    args: [time],
    description: 'The seconds since 1970.',
    example: { template: '{{unixEpoch Created}}', context: created, result: '1709211845' },
    fn: (when) => {
      const { nanoseconds } = momentOf(when, 1);
      const second = 1_000_000_000n;
      return Number((nanoseconds - (((nanoseconds % second) + second) % second)) / second);
    },
  }),
  inline({
    name: 'duration',
    args: [any('seconds', 'whole seconds')],
    description: 'Seconds as a Go duration.',
    example: { template: '{{duration "95"}}', result: '1m35s' },
    fn: (seconds) =>
      durationText(
        /^[+-]?\d{1,15}$/.test(String(seconds)) ? BigInt(String(seconds)) * 1_000_000_000n : 0n,
      ),
  }),
  inline({
    name: 'durationRound',
    args: [any('duration', 'a Go duration, or nanoseconds')],
    description: 'The largest unit of a duration alone: `y`, `mo`, `d`, `h`, `m` or `s`.',
    example: { template: '{{durationRound "2h10m5s"}}', result: '2h' },
    fn: (duration) =>
      roundedDuration(
        Number.isSafeInteger(duration)
          ? BigInt(duration as number)
          : (parseDuration(String(duration)) ?? 0n),
      ),
  }),
];

function momentOf(value: unknown, position: number): Moment {
  if (typeof value === 'bigint')
    return { nanoseconds: value * 1_000_000_000n, offset: 0, zone: 'UTC' };
  if (typeof value === 'number' && Number.isSafeInteger(value))
    return momentOf(BigInt(value), position);
  const moment =
    typeof value === 'string' ? parseTime('2006-01-02T15:04:05Z07:00', value) : undefined;
  if (moment) return moment;
  throw new HelperError(
    `argument ${position} (time) must be RFC 3339 text or whole seconds since 1970, got ${shown(value)}`,
  );
}

function utc(moment: Moment): Moment {
  return { ...moment, offset: 0, zone: 'UTC' };
}

function zoned(moment: Moment, name: string, position: number): Moment {
  const result = name === 'UTC' || name === '' ? utc(moment) : inZone(moment, name);
  if (result) return result;
  throw new HelperError(
    `argument ${position} (zone) must be UTC or a zone such as Europe/Berlin, got ${shown(name)}`,
  );
}

function rfc3339(moment: Moment): string {
  return formatTime(moment, '2006-01-02T15:04:05.999999999Z07:00');
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(String(value).slice(0, 100));
}
