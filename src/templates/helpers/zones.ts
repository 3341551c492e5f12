import type { Moment } from './go-time.ts';

/** Those whose names Intl knows only in one variety of English. */
const VARIETIES = ['en-US', 'en-GB', 'en-AU', 'en-IN'];

/** The moment by the clock of a zone of the IANA database; `undefined` where there is no such. */
export function inZone(moment: Moment, name: string): Moment | undefined {
  const date = new Date(Number(moment.nanoseconds / 1_000_000n));
  const part = (locale: string, timeZoneName: 'longOffset' | 'short'): string =>
    new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName })
      .formatToParts(date)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  try {
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
      part('en-US', 'longOffset').match(/([+-])(\d\d):(\d\d)(?::(\d\d))?/) ?? [];
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const names = VARIETIES.map((locale) => part(locale, 'short'));
    const zone = names.find((found) => /^[A-Z]{3,5}$/.test(found)) ?? '';
    return { ...moment, offset: sign === '-' ? -size : size, zone };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
