import { createHash } from 'node:crypto';
import { keysOf } from '../values.ts';
import { any, text } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

/** Encodings and hashes. */
export const dataHelpers: readonly InlineHelper[] = [
  inline({
    name: 'json',
    args: [any('value', 'what is written')],
    description:
      'The value as JSON on one line, as Go writes it: `<`, `>` and `&` escaped, the keys of ' +
      'maps such as `Env` sorted.',
    example: {
      template: '{{json Env}}',
      context: { Env: { A: '1 < 2' } },
      result: '{"A":"1 \\u003c 2"}',
    },
    fn: (value) =>
      write(value).replaceAll(
        /[<>&\u2028\u2029]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  }),
  inline({
    name: 'sha1',
    args: [text('text', 'what is hashed, as UTF-8')],
    description: 'The SHA-1 hash in hexadecimal; for names, not for security.',
    example: { template: '{{sha1 "a"}}', result: '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8' },
    fn: (value) => createHash('sha1').update(value).digest('hex'),
  }),
];

/**
 * Objects with a prototype are tsgen's own and keep the order of their fields, as a Go struct
 * does. Others are maps with foreign keys, which Go sorts; JavaScript would put those that look
 * like numbers first.
 */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (value === undefined || typeof value === 'function') return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isMap = value instanceof Map || Object.getPrototypeOf(value) === null;
  const fields = value instanceof Map ? value : new Map(Object.entries(value));
  const keys = isMap ? keysOf(fields) : [...fields.keys()];
  const pairs = keys
    .filter((key) => fields.get(key) !== undefined)
    .map((key) => `${JSON.stringify(key)}:${write(fields.get(key))}`);
  return `{${pairs.join(',')}}`;
}
