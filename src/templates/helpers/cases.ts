import { text } from './args.ts';
import { alsoNamed, type InlineHelper, inline } from './helper.ts';

const subject = text('text', 'what is changed');

const lower = inline({
  name: 'lower',
  args: [subject],
  description: 'The text in lower case.',
  example: { template: '{{lower "Ab"}}', result: 'ab' },
  fn: (value) => value.toLowerCase(),
});
const upper = inline({
  name: 'upper',
  args: [subject],
  description: 'The text in upper case.',
  example: { template: '{{upper "Ab"}}', result: 'AB' },
  fn: (value) => value.toUpperCase(),
});

/** Upper and lower case, and ways to write a name. */
export const caseHelpers: readonly InlineHelper[] = [
  lower,
  alsoNamed(lower, 'toLower'),
  upper,
  alsoNamed(upper, 'toUpper'),
  inline({
    name: 'title',
    args: [subject],
    description:
      'The text with the first letter of each word in upper case; the other letters stay.',
    example: { template: '{{title "hello big-world"}}', result: 'Hello Big-World' },
    // Go's strings.Title: letters, digits and underscores make up a word.
    fn: (value) => value.replaceAll(/(?<![\p{L}\p{N}_])\p{L}/gu, (letter) => letter.toUpperCase()),
  }),
  inline({
    name: 'untitle',
    args: [subject],
    description: 'The text with the first letter of each word in lower case.',
    example: { template: '{{untitle "Hello World"}}', result: 'hello world' },
    fn: (value) => value.replaceAll(/(?<!\S)\p{L}/gu, (letter) => letter.toLowerCase()),
  }),
  inline({
    name: 'swapcase',
    args: [subject],
    description: 'The text with upper and lower case exchanged.',
    example: { template: '{{swapcase "Ab"}}', result: 'aB' },
    fn: (value) =>
      value.replaceAll(/\p{L}/gu, (letter) =>
        letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
      ),
  }),
  inline({
    name: 'camelcase',
    args: [subject],
    description: 'The words of a name joined, each with a capital.',
    example: { template: '{{camelcase "http_server"}}', result: 'HttpServer' },
    fn: (value) => wordsOf(value).map(capital).join(''),
  }),
  inline({
    name: 'snakecase',
    args: [subject],
    description:
      'The words of a name in lower case, with underscores. Digits belong to the word before.',
    example: { template: '{{snakecase "FirstHTTPName"}}', result: 'first_http_name' },
    fn: (value) => wordsOf(value).join('_').toLowerCase(),
  }),
  inline({
    name: 'kebabcase',
    args: [subject],
    description: 'Like `snakecase`, with hyphens.',
    example: { template: '{{kebabcase "first_name"}}', result: 'first-name' },
    fn: (value) => wordsOf(value).join('-').toLowerCase(),
  }),
  inline({
    name: 'initials',
    args: [subject],
    description: 'The first letter of each word.',
    example: { template: '{{initials "First Try"}}', result: 'FT' },
    fn: (value) =>
      value
        .split(/\s+/)
        .map((word) => [...word][0] ?? '')
        .join(''),
  }),
];

/** `FirstHTTPName`, `first_http-name` and `first http name` have the same three words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1 ')
    .replaceAll(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .split(/[\s_-]+/)
    .filter((word) => word !== '');
}

function capital(word: string): string {
  const [first = '', ...rest] = word;
  return first.toUpperCase() + rest.join('').toLowerCase();
}
