import { shorten } from './problem.ts';
import { invalid, type Validated, valid } from './validated.ts';

const MAX_TYPES = 50;

/** Reads `GZIP_COMPRESSION_TYPE`: media types by blank or comma, without parameters. */
export function parseMediaTypes(text: string): Validated<readonly string[]> {
  const types = text.split(/[\s,]+/).filter((item) => item !== '');
  if (types.length > MAX_TYPES) return invalid(`it lists more than ${MAX_TYPES} types`);
  // RFC 6838, section 4.2.
  const fault = types.find((type) => !/^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,60}$/i.test(type));
  if (fault !== undefined) {
    return invalid(`${JSON.stringify(shorten(fault))} is no type such as text/css`);
  }
  return valid([...new Set(types.map((type) => type.toLowerCase()))].toSorted());
}
