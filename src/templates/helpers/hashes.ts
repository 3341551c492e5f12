import { createHash } from 'node:crypto';
import { text } from './args.ts';
import { alsoNamed, type InlineHelper, inline } from './helper.ts';

const hashed = text('text', 'what is hashed, as UTF-8');

const sha1 = inline({
  name: 'sha1',
  args: [hashed],
  description: 'The SHA-1 hash in hexadecimal; for names, not for security.',
  example: { template: '{{sha1 "a"}}', result: '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8' },
  fn: (value) => hash('sha1', value),
});

/** Hashes, in hexadecimal unless said otherwise. */
export const hashHelpers: readonly InlineHelper[] = [
  sha1,
  alsoNamed(sha1, 'sha1sum'),
  inline({
    name: 'sha256sum',
    args: [hashed],
    description: 'The SHA-256 hash in hexadecimal.',
    example: {
      template: '{{trunc 16 (sha256sum "a")}}',
      result: 'ca978112ca1bbdca',
    },
    fn: (value) => hash('sha256', value),
  }),
  inline({
    name: 'sha512sum',
    args: [hashed],
    description: 'The SHA-512 hash in hexadecimal.',
    example: { template: '{{trunc 16 (sha512sum "a")}}', result: '1f40fc92da241694' },
    fn: (value) => hash('sha512', value),
  }),
  inline({
    name: 'adler32sum',
    args: [hashed],
    description: 'The Adler-32 checksum as a decimal number; short, not for security.',
    example: { template: '{{adler32sum "Wikipedia"}}', result: '300286872' },
    fn: (value) => String(adler32(Buffer.from(value))),
  }),
];

function hash(algorithm: string, value: string): string {
  return createHash(algorithm).update(value).digest('hex');
}

/** RFC 1950, section 8.2. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}
