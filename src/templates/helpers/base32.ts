const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, section 6, with padding. */
export function base32Encode(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

/** `undefined` for what is not base 32 with padding. */
export function base32Decode(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, '');
  // Other lengths of the last group cannot come from whole bytes.
  const isWhole = [0, 2, 4, 5, 7].includes(digits.length % 8);
  if (text.length % 8 !== 0 || !isWhole || !/^[A-Z2-7]*$/.test(digits)) return undefined;
  if (text.length - digits.length > 6) return undefined;
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of digits) {
    buffer = (buffer << 5) | ALPHABET.indexOf(digit);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 255);
    buffer &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}
