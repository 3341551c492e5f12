import { isKeyed, isTruthy, keysOf, kindOf, own } from '../values.ts';
import { any } from './args.ts';
import { type BlockCall, type BlockHelper, HelperError } from './helper.ts';

/** The blocks every template is made of, with truth and order as in Go's templates. */
export const blockHelpers: readonly BlockHelper[] = [
  {
    kind: 'block',
    name: 'each',
    args: [any('items', 'a list, or a map whose keys are visited in sorted order')],
    description:
      'Renders its block once for each item, which is then the context. `@index`, `@key`, ' +
      '`@first` and `@last` say where it stands; `as |item key|` names it. Without items the ' +
      '`else` block.',
    example: {
      template:
        '{{#each ports as |port name|}}{{name}}={{port}}{{#unless @last}}, {{/unless}}{{/each}}',
      context: { ports: { https: 443, http: 80 } },
      result: 'http=80, https=443',
    },
    names: 2,
    changesContext: true,
    opensFrame: true,
    fn: ([items], block) => {
      const entries = entriesOf(items);
      if (entries.length === 0) return block.otherwise();
      return entries
        .map(([key, item], index) =>
          block.body(item, {
            params: [item, key],
            data: { key, index, first: index === 0, last: index === entries.length - 1 },
          }),
        )
        .join('');
    },
  },
  {
    kind: 'block',
    name: 'if',
    args: [any('value', 'what decides')],
    description:
      'Renders its block if the value is true, not 0 and not empty (text, list or map), else the ' +
      '`else` block.',
    example: {
      template: '{{#if tags}}tagged{{else}}bare{{/if}}',
      context: { tags: [] },
      result: 'bare',
    },
    names: 0,
    changesContext: false,
    opensFrame: false,
    fn: ([value], block) => choose(isTruthy(value), block),
  },
  {
    kind: 'block',
    name: 'unless',
    args: [any('value', 'what decides')],
    description: 'The opposite of `if`.',
    example: {
      template: '{{#unless tags}}bare{{/unless}}',
      context: { tags: [] },
      result: 'bare',
    },
    names: 0,
    changesContext: false,
    opensFrame: false,
    fn: ([value], block) => choose(!isTruthy(value), block),
  },
  {
    kind: 'block',
    name: 'with',
    args: [any('value', 'the context for the block')],
    description:
      'Renders its block with the value as context (and as |name|); the `else` block if the ' +
      'value is empty.',
    example: {
      template: '{{#with site}}{{host}}{{/with}}',
      context: { site: { host: 'example.com' } },
      result: 'example.com',
    },
    names: 1,
    changesContext: true,
    opensFrame: false,
    fn: ([value], block) =>
      isTruthy(value) ? block.body(value, { params: [value] }) : block.otherwise(),
  },
  {
    kind: 'block',
    name: 'let',
    args: [],
    rest: any('value', 'what a name stands for'),
    description:
      'Names values for its block, in order; the context stays. What `:=` is in Go templates.',
    example: {
      template:
        '{{#let (split hosts ",") port as |names p|}}{{#each names}}{{this}}:{{p}} {{/each}}{{/let}}',
      context: { hosts: 'a,b', port: 80 },
      result: 'a:80 b:80 ',
    },
    names: 'values',
    changesContext: false,
    opensFrame: false,
    fn: (values, block) => block.body(block.context, { params: values }),
  },
  {
    kind: 'block',
    name: 'memo',
    args: [any('object', 'what the block shows: a map or list, such as a site')],
    description:
      'Renders its block with the object as context (and as |name|), and keeps the text until ' +
      'there is another object. The block may use the object and `@root.settings`, nothing else.',
    example: {
      template: '{{#each sites}}{{#memo this as |site|}}[{{site.host}}]{{/memo}}{{/each}}',
      context: { sites: [{ host: 'a.test' }, { host: 'b.test' }] },
      result: '[a.test][b.test]',
    },
    names: 1,
    changesContext: true,
    opensFrame: false,
    fn: ([object], block) => block.body(object, { params: [object] }),
  },
];

function choose(truth: boolean, block: BlockCall): string {
  return truth ? block.body(block.context) : block.otherwise();
}

/** Key and value of each item; a list's keys are its indices. */
function entriesOf(items: unknown): readonly (readonly [string | number, unknown])[] {
  if (items === undefined || items === null) return [];
  if (Array.isArray(items)) return items.map((item, index) => [index, item]);
  if (typeof items === 'object' && Symbol.iterator in items && !(items instanceof Map)) {
    return Array.from(items as Iterable<unknown>, (item, index) => [index, item]);
  }
  if (isKeyed(items)) return keysOf(items).map((key) => [key, own(items, key)]);
  throw new HelperError(`argument 1 (items) must be a list or a map, got ${kindOf(items)}`);
}
