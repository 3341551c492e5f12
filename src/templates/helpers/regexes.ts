import { integer, text } from './args.ts';
import { alsoNamed, type InlineHelper, inline } from './helper.ts';
import { quoteMeta, regexOf } from './regex.ts';

const regex = text('regex', 'a regular expression as in Go');
const subject = text('text', 'where it is looked for');
const count = integer('count', 'how many at most; all if negative');

/** Those that Sprig also has as `mustName`. Both fail in the same way here. */
const doubled: readonly InlineHelper[] = [
  inline({
    name: 'regexMatch',
    args: [regex, subject],
    description: 'Whether an expression matches anywhere in the text.',
    example: { template: '{{regexMatch "^w[ab]+$" "wab"}}', result: 'true' },
    fn: (expression, value) => compiled(expression).test(value),
  }),
  inline({
    name: 'regexFind',
    args: [regex, subject],
    description: 'The first match; empty if there is none.',
    example: { template: '{{regexFind "[0-9]+" "web-12-3"}}', result: '12' },
    fn: (expression, value) => value.match(compiled(expression))?.[0] ?? '',
  }),
  inline({
    name: 'regexFindAll',
    args: [regex, subject, count],
    description: 'The matches as a list.',
    example: { template: '{{join "," (regexFindAll "[0-9]" "a1b2c3" 2)}}', result: '1,2' },
    fn: (expression, value, most) =>
      matches(expression, value, most).map(({ text: match }) => match),
  }),
  inline({
    name: 'regexReplaceAll',
    args: [regex, subject, text('replacement', `may hold $1, \${1} or \${name}`)],
    description: `The text with each match replaced. As in Go, $1x means a group called 1x: write \${1}x.`,
    example: {
      template: `{{regexReplaceAll "a(x*)b" "-ab-axxb-" "\${1}W"}}`,
      result: '-W-xxW-',
    },
    fn: (expression, value, by) => replaceAll(expression, value, (found) => expand(by, found)),
  }),
  inline({
    name: 'regexReplaceAllLiteral',
    args: [regex, subject, text('replacement', 'stands as it is')],
    description: 'Like `regexReplaceAll`, but `$` means nothing.',
    example: { template: '{{regexReplaceAllLiteral "a+" "baa" "$1"}}', result: 'b$1' },
    fn: (expression, value, by) => replaceAll(expression, value, () => by),
  }),
  inline({
    name: 'regexSplit',
    args: [regex, subject, count],
    description: 'The parts of the text between the matches; at most so many.',
    example: { template: '{{join "|" (regexSplit "[,;] *" "a, b;c" -1)}}', result: 'a|b|c' },
    fn: (expression, value, most) => split(expression, value, most),
  }),
];

/** Sprig's regular expressions; see `regexOf` for how Go's spelling is read. */
export const regexHelpers: readonly InlineHelper[] = [
  ...doubled.flatMap((helper) => [
    helper,
    alsoNamed(helper, `must${helper.name.charAt(0).toUpperCase()}${helper.name.slice(1)}`),
  ]),
  inline({
    name: 'regexQuoteMeta',
    args: [text('text', 'any text')],
    description: 'An expression that matches this text.',
    example: { template: '{{regexQuoteMeta "a.b"}}', result: 'a\\.b' },
    fn: (value) => quoteMeta(value),
  }),
];

function compiled(expression: string, flags = ''): RegExp {
  return regexOf(expression, 'argument 1 (regex)', flags);
}

interface Match {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly found: RegExpMatchArray;
}

/** As in Go, an empty match right after another one does not count. */
function matches(expression: string, value: string, most: number): readonly Match[] {
  const all: Match[] = [];
  let last = -1;
  for (const found of value.matchAll(compiled(expression, 'g'))) {
    if (most >= 0 && all.length >= most) break;
    const [text] = found;
    const end = found.index + text.length;
    if (text === '' && found.index === last) continue;
    all.push({ text, start: found.index, end, found });
    last = end;
  }
  return all;
}

function replaceAll(
  expression: string,
  value: string,
  by: (found: RegExpMatchArray) => string,
): string {
  let position = 0;
  let result = '';
  for (const { start, end, found } of matches(expression, value, -1)) {
    result += value.slice(position, start) + by(found);
    position = end;
  }
  return result + value.slice(position);
}

/** Go's `Regexp.Expand`: the longest name counts, an unknown group is empty, `$$` is a dollar. */
function expand(template: string, found: RegExpMatchArray): string {
  return template.replaceAll(
    /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
    (_, dollar: string | undefined, bare: string | undefined, braced: string | undefined) => {
      if (dollar) return '$';
      const name = bare ?? braced ?? '';
      return (/^\d+$/.test(name) ? found[Number(name)] : found.groups?.[name]) ?? '';
    },
  );
}

/** Go's `Regexp.Split`. */
function split(expression: string, value: string, most: number): readonly string[] {
  if (most === 0) return [];
  if (expression !== '' && value === '') return [''];
  const parts: string[] = [];
  let position = 0;
  let end = 0;
  for (const match of matches(expression, value, most)) {
    if (most > 0 && parts.length === most - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(value.slice(position, end));
    position = match.end;
  }
  return end === value.length ? parts : [...parts, value.slice(position)];
}
