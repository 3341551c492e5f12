import { messageOf } from '../../base/errors.ts';
import { keysOf } from '../values.ts';
import { any, text } from './args.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';
import { deepCopy } from './made-maps.ts';

const value = any('value', 'what is written');
const source = text('json', 'a text in JSON');

const json = inline({
  name: 'json',
  args: [value],
  description:
    'The value as JSON on one line, as Go writes it: `<`, `>` and `&` escaped, the keys of ' +
    'maps such as `Env` sorted.',
  example: {
    template: '{{json Env}}',
    context: { Env: { A: '1 < 2' } },
    result: '{"A":"1 \\u003c 2"}',
  },
  fn: (what) => escaped(write(what)),
});
const pretty = inline({
  name: 'toPrettyJson',
  args: [value],
  description: 'Like `json`, on several lines, with two spaces for each level.',
  example: {
    template: '{{toPrettyJson (dict "a" (list 1 2))}}',
    result: '{\n  "a": [\n    1,\n    2\n  ]\n}',
  },
  fn: (what) => escaped(write(what, '\n')),
});
const raw = inline({
  name: 'toRawJson',
  args: [value],
  description: 'Like `json`, but `<`, `>` and `&` stay as they are.',
  example: { template: '{{toRawJson (list "a & b")}}', result: '["a & b"]' },
  fn: (what) => write(what).replaceAll(/[\u2028\u2029]/g, unicode),
});
const parsing = inline({
  name: 'mustFromJson',
  args: [source],
  description: 'What a text in JSON says; an error if it is none.',
  example: {
    template: '{{index (mustFromJson text) "a" 0}}',
    context: { text: '{"a":[7]}' },
    result: '7',
  },
  fn: (given) => {
    try {
      return deepCopy(JSON.parse(given, bare));
    } catch (cause) {
      throw new HelperError(`argument 1 (json) is not valid: ${messageOf(cause)}`, { cause });
    }
  },
});

/** JSON, as Go writes and reads it. */
export const jsonHelpers: readonly InlineHelper[] = [
  json,
  ...['toJson', 'mustToJson'].map((name) => alsoNamed(json, name)),
  pretty,
  alsoNamed(pretty, 'mustToPrettyJson'),
  raw,
  alsoNamed(raw, 'mustToRawJson'),
  parsing,
  alsoNamed(parsing, 'parseJson'),
  inline({
    name: 'fromJson',
    args: [source],
    description: 'Like `mustFromJson`, but nothing for what is not JSON.',
    example: { template: '[{{fromJson "{"}}]', result: '[]' },
    fn: (given) => {
      try {
        return deepCopy(JSON.parse(given, bare));
      } catch {
        return undefined;
      }
    },
  }),
];

/** Objects lose their prototype at once, so that a key such as `__proto__` is one like others. */
function bare(_: string, found: unknown): unknown {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return found;
  return Object.assign(Object.create(null), found);
}

function escaped(text: string): string {
  return text.replaceAll(/[<>&\u2028\u2029]/g, unicode);
}

function unicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Objects with a prototype are tsgen's own and keep the order of their fields, as a Go struct
 * does. Others are maps with foreign keys, which Go sorts; JavaScript would put those that look
 * like numbers first. `lineEnd` is '' for one line, else a line feed and the indentation so far.
 */
function write(value: unknown, lineEnd = ''): string {
  const deeper = lineEnd && `${lineEnd}  `;
  const enclose = (open: string, parts: readonly string[], close: string): string =>
    parts.length === 0
      ? open + close
      : `${open}${deeper}${parts.join(`,${deeper}`)}${lineEnd}${close}`;
  if (value instanceof Set) return write([...value], lineEnd);
  if (Array.isArray(value)) {
    return enclose(
      '[',
      value.map((item) => write(item, deeper)),
      ']',
    );
  }
  if (value === undefined || typeof value === 'function') return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isMap = value instanceof Map || Object.getPrototypeOf(value) === null;
  const fields = value instanceof Map ? value : new Map(Object.entries(value));
  const keys = isMap ? keysOf(fields) : [...fields.keys()];
  const colon = lineEnd ? ': ' : ':';
  const pairs = keys
    .filter((key) => fields.get(key) !== undefined)
    .map((key) => `${JSON.stringify(key)}${colon}${write(fields.get(key), deeper)}`);
  return enclose('{', pairs, '}');
}
