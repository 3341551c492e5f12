import { escapedBytes } from './escaped-bytes.ts';

/** Why a proxy cannot hold a text in one word; `undefined` where it can. */
export function textFault(text: string, bytes: number): string | undefined {
  if (escapedBytes(text) > bytes) return `it is longer than ${bytes} bytes`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the check
  return /[\x00-\x1f\x7f]/.test(text) ? 'it holds control characters' : undefined;
}
