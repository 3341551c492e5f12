import { parse, stringify } from 'yaml';
import { messageOf } from '../../base/errors.ts';
import { byCodeUnits, isKeyed, keysOf, own } from '../values.ts';
import { any, text } from './args.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';
import { makeMap } from './made-maps.ts';

const source = text('yaml', 'a text in YAML');

const writing = inline({
  name: 'toYaml',
  args: [any('value', 'what is written')],
  description:
    'The value as YAML, keys sorted, two spaces for each level, without a line end. What an old ' +
    'parser would take for another type, such as `yes`, is quoted.',
  example: {
    template: '{{toYaml (dict "b" (list 1 "yes") "a" true)}}',
    result: 'a: true\nb:\n  - 1\n  - "yes"',
  },
  fn: (value) =>
    stringify(plain(value), {
      sortMapEntries: (a, b) => byCodeUnits(String(a.key), String(b.key)),
      aliasDuplicateObjects: false,
      compat: 'yaml-1.1',
      lineWidth: 0,
    }).replace(/\n$/, ''),
});
const reading = inline({
  name: 'mustFromYaml',
  args: [source],
  description: 'What a text in YAML says; an error if it is none.',
  example: { template: '{{index (mustFromYaml "a: [7]") "a" 0}}', result: '7' },
  fn: (given) => {
    try {
      return read(given);
    } catch (cause) {
      throw new HelperError(`argument 1 (yaml) is not valid: ${messageOf(cause)}`, { cause });
    }
  },
});

/** YAML 1.2. */
export const yamlHelpers: readonly InlineHelper[] = [
  writing,
  alsoNamed(writing, 'mustToYaml'),
  reading,
  inline({
    name: 'fromYaml',
    args: [source],
    description: 'Like `mustFromYaml`, but nothing for what is not YAML.',
    example: { template: '[{{fromYaml "a: ["}}]', result: '[]' },
    fn: (given) => {
      try {
        return read(given);
      } catch {
        return undefined;
      }
    },
  }),
];

/** Aliases are followed a hundred times at most (the library's own limit against bombs). */
function read(given: string): unknown {
  return toMaps(parse(given, { mapAsMap: true, merge: true, logLevel: 'error' }));
}

/** Keys as text, as JSON has them: `80: x` is found under "80". */
function toMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMaps);
  if (!(value instanceof Map)) return value;
  return makeMap([...value].map(([key, inner]) => [String(key), toMaps(inner)]));
}

/** What the library can write: Maps keep keys that an object would reorder or swallow. */
function plain(value: unknown): unknown {
  if (value instanceof Set) return plain([...value]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'function' || value === undefined) return null;
  if (!isKeyed(value)) return value;
  return new Map(
    keysOf(value)
      .filter((key) => own(value, key) !== undefined)
      .map((key) => [key, plain(own(value, key))]),
  );
}
