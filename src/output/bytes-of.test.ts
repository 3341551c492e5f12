import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from './bytes-of.ts';

describe('bytesOf', () => {
  it('gives the same bytes for the same list', () => {
    const chunks = ['a', 'b'];
    expect(bytesOf(chunks)).toBe(bytesOf(chunks));
  });

  it('comes to the chunks encoded one by one, whatever it is told to be like', () => {
    const chunk = fc.constantFrom('', 'a', 'grüße\n', '世界', '\ud83d', Buffer.from('ü'));
    const list = fc.array(chunk);
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 6 }), (lists) => {
        let like: (typeof lists)[number] | undefined;
        for (const chunks of lists) {
          const whole = Buffer.concat(chunks.map((one) => Buffer.from(one)));
          expect(bytesOf(chunks, like).equals(whole)).toBe(true);
          like = chunks;
        }
      }),
    );
  });
});
