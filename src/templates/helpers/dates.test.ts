import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

const time = '2006-01-02T15:04:05.012345678Z';

describe('dates', () => {
  it.each([
    ['Mon Jan _2 15:04:05 2006', 'Mon Jan  2 15:04:05 2006'],
    ['Monday, 02-Jan-06 15:04:05 MST', 'Monday, 02-Jan-06 15:04:05 UTC'],
    ['Mon, 02 Jan 2006 15:04:05 -0700', 'Mon, 02 Jan 2006 15:04:05 +0000'],
    ['2006-01-02T15:04:05Z07:00', '2006-01-02T15:04:05Z'],
    ['3:04PM 03 pm', '3:04PM 03 pm'],
    ['1/2/06 4:5', '1/2/06 4:5'],
    ['.000 .999 ,000000 .999999999', '.012 .012 ,012345 .012345678'],
    ['002 __2', '002   2'],
    ['January 2nd', 'January 2nd'],
    ['20060102150405', '20060102150405'],
    ['-07 -07:00 -0700 Z07 -07:00:00', '+00 +00:00 +0000 Z +00:00:00'],
    ['Janet Months year', 'Janet Months year'],
    ['_2006', '_2006'],
    ['15h', '15h'],
  ])('date %s', (layout, result) => expect(call('date', layout, time)).toBe(result));

  it.each([
    ['2024-12-24T00:30:00Z', '12 3 03 PM', '1224 12 12 AM'],
    ['2024-12-24T12:30:00Z', '3pm', '12pm'],
    ['2024-12-31T00:00:00Z', '002', '366'],
    ['1969-12-31T23:59:59.5Z', '05.0', '59.5'],
    ['2024-02-29T23:00:00-02:00', '2006-01-02', '2024-03-01'],
  ])('date of %s as %s', (when, layout, result) => expect(call('date', layout, when)).toBe(result));

  it('knows zones', () => {
    const at = (when: string, zone: string) => call('dateInZone', '15:04 -07:00 MST', when, zone);
    expect(at('2024-07-01T12:00:00Z', 'Europe/Berlin')).toBe('14:00 +02:00 CEST');
    expect(at('2024-01-01T12:00:00Z', 'America/New_York')).toBe('07:00 -05:00 EST');
    expect(at('2024-01-01T12:00:00Z', 'Asia/Kathmandu')).toBe('17:45 +05:45 +0545');
    expect(at('2024-01-01T12:00:00Z', 'UTC')).toBe('12:00 +00:00 UTC');
    expect(() => at(time, 'Mars/Base')).toThrow(
      'argument 3 (zone) must be UTC or a zone such as Europe/Berlin, got "Mars/Base"',
    );
  });

  it.each([
    ['2006-01-02', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['2006-01-02', '2023-02-29', undefined],
    ['2006-01-02', '2024-2-9', undefined],
    ['2006-1-2', '2024-2-9', '2024-02-09T00:00:00Z'],
    ['2006-01-02 15:04:05', '2024-01-01 10:11:12.5', '2024-01-01T10:11:12.5Z'],
    ['3:04PM 2006', '12:30AM 2024', '2024-01-01T00:30:00Z'],
    ['15:04 2006', '24:00 2024', undefined],
    ['2006 002', '2024 060', '2024-02-29T00:00:00Z'],
    ['2 January 06', '1 march 69', '1969-03-01T00:00:00Z'],
    ['2006-01-02T15:04:05Z07:00', '2024-01-01T00:00:00+01:30', '2024-01-01T00:00:00+01:30'],
    ['(2006)', '(2024)', '2024-01-01T00:00:00Z'],
    ['2006', '2024x', undefined],
  ])('toDate %s of %s', (layout, text, result) =>
    expect(call('toDate', layout, text)).toBe(result),
  );

  it('counts and moves', () => {
    expect(call('dateModify', '36h', '2024-02-28T18:00:00Z')).toBe('2024-03-01T06:00:00Z');
    expect(call('dateModify', '-1.5s', time)).toBe('2006-01-02T15:04:03.512345678Z');
    expect(call('unixEpoch', '1970-01-01T01:00:00+01:00')).toBe(0);
    expect(call('unixEpoch', '1969-12-31T23:59:58.5Z')).toBe(-2);
    expect(call('add', call('unixEpoch', 60), 1)).toBe(61);
    expect(call('htmlDate', 0)).toBe('1970-01-01');
    expect(() => call('dateModify', '1 day', time)).toThrow('must be a duration such as 1h30m');
    expect(() => call('date', '2006', 'yesterday')).toThrow(
      'argument 2 (time) must be RFC 3339 text or whole seconds since 1970, got "yesterday"',
    );
    expect(() => call('mustToDate', '2006', 'x')).toThrow('is no time in the layout "2006": "x"');
  });

  it.each([
    ['duration', 0, '0s'],
    ['duration', '3661', '1h1m1s'],
    ['duration', -95, '-1m35s'],
    ['duration', 'x', '0s'],
    ['durationRound', '400h', '16d'],
    ['durationRound', '9000h', '1y'],
    ['durationRound', '1m30.5s', '1m'],
    ['durationRound', 'x', '0s'],
  ])('%s %o is %s', (name, value, result) => expect(call(name, value)).toBe(result));
});
