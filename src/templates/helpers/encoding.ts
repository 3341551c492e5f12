import { text } from './args.ts';
import { base32Decode, base32Encode } from './base32.ts';
import { alsoNamed, HelperError, type InlineHelper, inline } from './helper.ts';

const subject = text('text', 'any text');

const queryEscape = inline({
  name: 'queryEscape',
  args: [subject],
  description: 'The text for use in the query of a URL; a space becomes `+`.',
  example: { template: '{{queryEscape "a b&c/d"}}', result: 'a+b%26c%2Fd' },
  fn: (value) =>
    // Through UTF-8, as half a surrogate pair has no escape.
    encodeURIComponent(Buffer.from(value).toString())
      .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
});

/** Text spelt in other characters. */
export const encodingHelpers: readonly InlineHelper[] = [
  queryEscape,
  alsoNamed(queryEscape, 'urlquery'),
  inline({
    name: 'b64enc',
    args: [subject],
    description: 'The UTF-8 of a text in base 64, with padding.',
    example: { template: '{{b64enc "user:secret"}}', result: 'dXNlcjpzZWNyZXQ=' },
    fn: (value) => Buffer.from(value).toString('base64'),
  }),
  inline({
    name: 'b64dec',
    args: [text('text', 'base 64 with padding')],
    description: 'The text that base 64 spells; an error for what is none.',
    example: { template: '{{b64dec "dXNlcjpzZWNyZXQ="}}', result: 'user:secret' },
    fn: (value) => {
      const compact = value.replaceAll(/[\r\n]/g, '');
      if (compact.length % 4 !== 0 || !/^[0-9A-Za-z+/]*={0,2}$/.test(compact)) {
        throw new HelperError('argument 1 (text) is not base 64 with padding');
      }
      return Buffer.from(compact, 'base64').toString();
    },
  }),
  inline({
    name: 'b32enc',
    args: [subject],
    description: 'The UTF-8 of a text in base 32, with padding.',
    example: { template: '{{b32enc "hello"}}', result: 'NBSWY3DP' },
    fn: (value) => base32Encode(Buffer.from(value)),
  }),
  inline({
    name: 'b32dec',
    args: [text('text', 'base 32 with padding')],
    description: 'The text that base 32 spells; an error for what is none.',
    example: { template: '{{b32dec "NBSWY3DP"}}', result: 'hello' },
    fn: (value) => {
      const bytes = base32Decode(value.replaceAll(/[\r\n]/g, ''));
      if (!bytes) throw new HelperError('argument 1 (text) is not base 32 with padding');
      return Buffer.from(bytes).toString();
    },
  }),
  inline({
    name: 'html',
    args: [subject],
    description: 'The text for use in HTML.',
    example: { template: '{{html "<a> & b"}}', result: '&lt;a&gt; &amp; b' },
    fn: (value) => value.replaceAll(/[&<>"'\0]/g, (char) => HTML[char] ?? char),
  }),
];

/** As Go spells them. */
const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\ufffd',
};
