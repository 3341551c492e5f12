import { isKeyed, type Keyed, keysOf, kindOf, own, textOf } from '../values.ts';
import { any, map, text } from './args.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';
import { changeable, deepCopy, makeMap } from './made-maps.ts';
import { merge } from './merge.ts';

const from = map('map', 'a map');
const key = text('key', 'a key');

const copy = inline({
  name: 'deepCopy',
  args: [any('value', 'what is copied')],
  description: 'A copy down to the last map and list, which may be changed with `set`.',
  example: {
    template: '{{json (set (deepCopy Env) "B" "2")}}',
    context: { Env: { A: '1' } },
    result: '{"A":"1","B":"2"}',
  },
  fn: (value) => deepCopy(value),
});
const target = map('target', "a map of the template's own, which is changed");
const merging = inline({
  name: 'merge',
  args: [target],
  rest: map('source', 'a map'),
  description:
    'The target with what it lacks from the sources, at any depth: of several values the first ' +
    'that is not empty stays.',
  example: {
    template: '{{json (merge (dict "a" 1) (dict "a" 2 "b" 3))}}',
    result: '{"a":1,"b":3}',
  },
  fn: (into, ...sources) => mergeAll(into, sources, false),
});
const mergingOver = inline({
  name: 'mergeOverwrite',
  args: [target],
  rest: map('source', 'a map'),
  description:
    'The target with what the sources have, at any depth: the last that is not empty wins.',
  example: {
    template: '{{json (mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3))}}',
    result: '{"a":2,"b":3}',
  },
  fn: (into, ...sources) => mergeAll(into, sources, true),
});

/** Sprig's work on maps. Only maps that a template made itself can be changed. */
export const dictHelpers: readonly InlineHelper[] = [
  inline({
    name: 'dict',
    args: [],
    rest: any('part', 'a key and its value in turn'),
    description: 'A map of the given keys and values; without a last value that one is empty text.',
    example: { template: '{{json (dict "a" 1 "b" 2)}}', result: '{"a":1,"b":2}' },
    fn: (...parts) => {
      const map = makeMap();
      for (let index = 0; index < parts.length; index += 2) {
        const name = textOf(parts[index]);
        if (name === undefined) {
          throw new HelperError(
            `argument ${index + 1} (key) must be text, got ${kindOf(parts[index])}`,
          );
        }
        map[name] = index + 1 < parts.length ? parts[index + 1] : '';
      }
      return map;
    },
  }),
  inline({
    name: 'get',
    args: [from, key],
    description: 'The value of a key; empty text where there is none.',
    example: { template: '[{{get Env "A"}}]', context: { Env: { A: 'x' } }, result: '[x]' },
    fn: (map, name) => own(map, name) ?? '',
  }),
  inline({
    name: 'hasKey',
    args: [from, key],
    description: 'Whether a map has a key, the same as `contains`.',
    example: { template: '{{hasKey Env "A"}}', context: { Env: { A: '' } }, result: 'true' },
    fn: (map, name) => keysOf(map).includes(name),
  }),
  inline({
    name: 'set',
    args: [target, key, any('value', 'its new value')],
    description:
      'Changes a map that `dict` or another helper made, and gives it back. Maps of containers, ' +
      'sites and settings cannot be changed. With `do` nothing of it is shown.',
    example: {
      template: '{{#let (dict "n" 1) as |my|}}{{do (set my "n" 2)}}{{my.n}}{{/let}}',
      result: '2',
    },
    fn: (map, name, value) => {
      const own = changeable(map, 'argument 1 (target)');
      own[name] = value;
      return own;
    },
  }),
  inline({
    name: 'unset',
    args: [target, key],
    description: "Takes a key out of a map of the template's own, and gives the map back.",
    example: { template: '{{json (unset (dict "a" 1 "b" 2) "a")}}', result: '{"b":2}' },
    fn: (map, name) => {
      const own = changeable(map, 'argument 1 (target)');
      delete own[name];
      return own;
    },
  }),
  inline({
    name: 'do',
    args: [],
    rest: any('value', 'what is not shown'),
    description:
      'Shows nothing: for calls such as `set`. What `{{$_ := …}}` is for in Go templates.',
    example: {
      template: '{{#let (dict) as |my|}}{{do (set my "a" 1)}}{{json my}}{{/let}}',
      result: '{"a":1}',
    },
    fn: () => '',
  }),
  inline({
    name: 'values',
    args: [from],
    description: 'The values of a map, in the order of its sorted keys.',
    example: {
      template: '{{join " " (values Env)}}',
      context: { Env: { B: '2', A: '1' } },
      result: '1 2',
    },
    fn: (map) => keysOf(map).map((name) => own(map, name)),
  }),
  inline({
    name: 'pick',
    args: [from],
    rest: key,
    description: 'A new map with these keys alone.',
    example: { template: '{{json (pick (dict "a" 1 "b" 2) "a")}}', result: '{"a":1}' },
    fn: (map, ...names) => chosen(map, (name) => names.includes(name)),
  }),
  inline({
    name: 'omit',
    args: [from],
    rest: key,
    description: 'A new map without these keys.',
    example: { template: '{{json (omit (dict "a" 1 "b" 2) "a")}}', result: '{"b":2}' },
    fn: (map, ...names) => chosen(map, (name) => !names.includes(name)),
  }),
  inline({
    name: 'pluck',
    args: [key],
    rest: from,
    description: 'The values that several maps have for one key, as a list.',
    example: {
      template: '{{join " " (pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3))}}',
      result: '1 3',
    },
    fn: (name, ...maps) => maps.map((map) => own(map, name)).filter((value) => value !== undefined),
  }),
  inline({
    name: 'dig',
    args: [],
    rest: any('part', 'keys from outside in, then what stands for an absent value, then the map'),
    description: 'The value at a path of keys in maps within maps, or the default.',
    example: {
      template: '{{dig "a" "b" "none" (dict "a" (dict "b" "x"))}} {{dig "c" "none" (dict)}}',
      result: 'x none',
    },
    fn: (...parts) => dig(parts),
  }),
  merging,
  alsoNamed(merging, 'mustMerge'),
  mergingOver,
  alsoNamed(mergingOver, 'mustMergeOverwrite'),
  copy,
  alsoNamed(copy, 'mustDeepCopy'),
];

function mergeAll(into: Keyed, sources: readonly Keyed[], overwrites: boolean): unknown {
  const own = changeable(into, 'argument 1 (target)');
  for (const source of sources) merge(own, source, overwrites);
  return own;
}

function chosen(map: Keyed, isChosen: (name: string) => boolean): unknown {
  return makeMap(
    keysOf(map)
      .filter(isChosen)
      .map((name) => [name, own(map, name)]),
  );
}

function dig(parts: readonly unknown[]): unknown {
  if (parts.length < 3) {
    throw new HelperError(
      `takes a key or more, a default and a map, got ${parts.length} arguments`,
    );
  }
  let value: unknown = parts.at(-1);
  for (const [index, part] of parts.slice(0, -2).entries()) {
    if (!isKeyed(value)) {
      const where =
        index === 0 ? 'the last argument' : `the value under ${textOf(parts[index - 1])}`;
      throw new HelperError(`${where} must be a map, got ${kindOf(value)}`);
    }
    value = own(value, textOf(part) ?? '');
    if (value === undefined || value === null) return parts.at(-2);
  }
  return value;
}
