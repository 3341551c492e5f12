import { createHash } from 'node:crypto';

/** What nginx-proxy calls a path, or a host that is a regular expression, in names of files. */
export function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
