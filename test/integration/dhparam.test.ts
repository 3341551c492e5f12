import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** Digits of e in fixed point, with this many bits after the point. */
function eulersNumber(bits: number): bigint {
  const guard = 64n;
  const one = 1n << (BigInt(bits) + guard);
  let sum = 0n;
  let term = one;
  for (let n = 1n; term > 0n; n += 1n) {
    sum += term;
    term /= n;
  }
  return sum >> guard;
}

/** RFC 7919, appendix A: p = 2^b - 2^(b-64) + ([2^(b-130) e] + X) 2^64 - 1. */
function safePrime(bits: number, x: number): bigint {
  const b = BigInt(bits);
  return (1n << b) - (1n << (b - 64n)) + ((eulersNumber(bits - 130) + BigInt(x)) << 64n) - 1n;
}

/** SEQUENCE { INTEGER prime, INTEGER 2 }, as PKCS #3 has it. */
function der(prime: bigint): Buffer {
  const hex = prime.toString(16);
  // Its highest bit is set: a zero before it keeps it from being negative.
  const number = Buffer.concat([Buffer.from([0]), Buffer.from(hex, 'hex')]);
  const integer = Buffer.concat([Buffer.from([0x02, 0x82]), length(number.length), number]);
  const generator = Buffer.from([0x02, 0x01, 0x02]);
  const content = Buffer.concat([integer, generator]);
  return Buffer.concat([Buffer.from([0x30, 0x82]), length(content.length), content]);
}

function length(bytes: number): Buffer {
  return Buffer.from([bytes >> 8, bytes & 0xff]);
}

it.each([
  [2048, 560_316],
  [3072, 2_625_351],
  [4096, 5_736_041],
])('the Diffie-Hellman group of %i bits in the image is that of RFC 7919', async (bits, x) => {
  const pem = await readFile(`docker/dhparam/ffdhe${bits}.pem`, 'utf8');
  const [, base64 = ''] =
    /^-----BEGIN DH PARAMETERS-----\n([\s\S]*)-----END DH PARAMETERS-----\n$/.exec(pem) ?? [];
  expect(Buffer.from(base64, 'base64').toString('hex')).toBe(
    der(safePrime(bits, x)).toString('hex'),
  );
});
