import { describe, expect, it } from 'vitest';
import { packGood, unpackGood } from './kept-good.ts';
import type { Rendering } from './rendering.ts';

const A_RENDERING: Rendering = {
  files: [
    { path: '/conf/a.conf', chunks: ['one\n', 'zwei ü\n'] },
    { path: '/conf/a.map', chunks: [], confined: true, optional: true },
    { path: '/conf/b.map', chunks: ['a map\n'], confined: true },
  ],
  generation: 'g',
  revision: 'r',
  effect: 'e',
  containerCount: 2,
};

const packed = (rendering = A_RENDERING) =>
  Buffer.concat(packGood(rendering).map((chunk) => Buffer.from(chunk)));

describe('unpackGood', () => {
  it('has all again but how the text was cut', () => {
    const [main, ...sides] = A_RENDERING.files;
    expect(unpackGood(packed())).toEqual({
      ...A_RENDERING,
      files: [
        { ...main, chunks: ['one\nzwei ü\n'] },
        ...sides.map((side) => ({ ...side, chunks: [side.chunks.join('')] })),
      ],
    });
  });

  it('has nothing that was not there', () => {
    const { revision: _, effect: __, ...plain } = A_RENDERING;
    const again = unpackGood(packed(plain));
    expect(again).not.toHaveProperty('revision');
    expect(again).not.toHaveProperty('effect');
  });

  it.each<[string, (text: string) => string]>([
    ['is cut off', (text) => text.slice(0, -1)],
    ['is longer', (text) => `${text}more`],
    ['says something else', (text) => text.replace('one\n', 'two\n')],
    ['is for another file', (text) => text.replace('/conf/a.conf', '/conf/b.conf')],
    ['has no file', (text) => text.replace(/"files":\[.*\]/, '"files":[]')],
    ['has a length that is none', (text) => text.replace(/"bytes":\d+/, '"bytes":-1')],
    ['is of another version', (text) => text.replace('"version":1', '"version":2')],
    ['has no header', () => 'one\n'],
    ['has half a header', (text) => text.slice(0, 20)],
    ['is empty', () => ''],
  ])('takes nothing that %s', (_, spoil) => {
    const text = packed().toString();
    const spoiled = spoil(text);
    expect(spoiled).not.toBe(text);
    expect(unpackGood(Buffer.from(spoiled))).toBeUndefined();
  });
});
