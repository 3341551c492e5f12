import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { base32Decode, base32Encode } from './base32.ts';
import { durationText, parseDuration } from './go-duration.ts';
import { regexOf } from './regex.ts';

describe('what is written is read again', () => {
  it('in base 32', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(base32Decode(base32Encode(bytes))).toEqual(bytes);
      }),
    );
  });

  it('as a duration', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanoseconds) => {
        expect(parseDuration(durationText(nanoseconds))).toBe(nanoseconds);
      }),
    );
  });

  it('as a date, in any zone', () => {
    const layout = 'Monday, 2 January 2006 3:04:05.000000000 pm -07:00';
    const day = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const written = call('dateInZone', layout, date.toISOString(), 'America/St_Johns');
        const read = call('toDate', layout, written);
        expect(call('unixEpoch', read)).toBe(Math.floor(date.getTime() / 1000));
      }),
    );
  });

  it('as JSON and YAML', () => {
    const value = fc.jsonValue({ stringUnit: 'grapheme' });
    fc.assert(
      fc.property(value, (given) => {
        const json = call('json', given);
        expect(call('json', call('mustFromJson', json))).toBe(
          call('json', call('deepCopy', given)),
        );
        const yaml = call('toYaml', given);
        expect(call('json', call('mustFromYaml', yaml))).toBe(
          call('json', call('deepCopy', given)),
        );
      }),
    );
  });

  it('by an expression that quotes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(regexOf(`\\A${call('regexQuoteMeta', text)}\\z`).test(text)).toBe(true);
      }),
    );
  });
});
