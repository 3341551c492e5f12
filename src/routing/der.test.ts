import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DER, derElements, derSequence, derTime } from './der.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const time = (tag: number, text: string) => derTime({ tag, content: Buffer.from(text) });

describe('DER', () => {
  it('is a row of elements, with short and long lengths', () => {
    const long = Buffer.alloc(300, 7);
    const bytes = Buffer.concat([hex('020101'), hex('0482012c'), long]);
    expect(derElements(bytes)).toEqual([
      { tag: DER.integer, content: hex('01') },
      { tag: 4, content: long },
    ]);
    expect(derSequence(hex('3006020101020102')).map(({ content }) => content[0])).toEqual([1, 2]);
    expect(derSequence(hex('020101'))).toEqual([]);
  });

  it.each(['', '30', '3080', '300402', '0405010203', '3085ffffffffff', '3084ffffffff'])(
    'ends where it is not well-formed: %s',
    (text) => {
      expect(derSequence(hex(text))).toEqual([]);
    },
  );

  it('never throws and never reads beyond its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const elements = derElements(Buffer.from(bytes));
        const total = elements.reduce((sum, { content }) => sum + content.length + 2, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('has times of two kinds', () => {
    expect(time(DER.utcTime, '260102030405Z')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(time(DER.utcTime, '500101000000Z')).toBe(Date.UTC(1950, 0, 1));
    expect(time(DER.generalizedTime, '20500102030405Z')).toBe(Date.UTC(2050, 0, 2, 3, 4, 5));
    expect(time(DER.utcTime, 'yesterday')).toBeUndefined();
    expect(time(DER.integer, '260102030405Z')).toBeUndefined();
  });
});
