import { TsgenError } from '../base/errors.ts';

/**
 * A set's number as somebody wrote it.
 *
 * @throws TsgenError `usage` for what is none.
 */
export function setNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined;
  if (number !== undefined) return number;
  throw new TsgenError(
    'usage',
    `'${text}' is no set's number. tsgen history lists those that are kept.`,
  );
}
