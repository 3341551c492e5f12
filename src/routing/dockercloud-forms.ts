import type { HttpsMethod } from './proxy-settings.ts';
import { parseBoolean } from './setting-values.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** `FORCE_SSL`: any value forces. Who writes `false` there means something else. */
export function parseForceSsl(text: string): Validated<HttpsMethod> {
  const word = parseBoolean(text);
  if (word.kind === 'valid' && !word.value) {
    return invalid(
      'any value forces TLS, this one too where it comes from: leave the variable out',
    );
  }
  return valid('redirect');
}

/** A switch that any value but a clear no turns on. */
export function parseAnyValue(text: string): Validated<boolean> {
  const word = parseBoolean(text);
  return valid(word.kind === 'invalid' || word.value);
}

/** `HSTS_MAX_AGE`: seconds, for the site and all names below it. */
export function parseHstsMaxAge(text: string): Validated<string> {
  if (!/^\d{1,10}$/.test(text)) return invalid('it is a number of seconds');
  return valid(`max-age=${Number(text)}; includeSubDomains`);
}
