import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropBlankLines, keepText, toChunks } from './chunks.ts';

const dropped = { keepBlankLines: false };
const kept = { keepBlankLines: true };

describe('dropBlankLines', () => {
  it.each([
    ['a\n\nb\n', 'a\nb\n'],
    ['\n \t\r\n\u00a0\u3000\u2028\u0085\na', 'a'],
    ['a\n  ', 'a\n'],
    [' a \n', ' a \n'],
    ['\ufeff\n', '\ufeff\n'],
    ['a\rb\n', 'a\rb\n'],
    ['', ''],
  ])('of %o is %o', (text, expected) => expect(dropBlankLines(text)).toBe(expected));
});

describe('toChunks', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', '\u2003') });
  const parts = fc.array(fc.record({ text: piece, isKept: fc.boolean() }));

  it('drops by part what is blank in the whole', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const chunks = toChunks(
          list.map(({ text, isKept }) => (isKept ? keepText(text, dropped) : text)),
          dropped,
        );
        expect(chunks.join('')).toBe(dropBlankLines(list.map(({ text }) => text).join('')));
        expect(chunks).not.toContain('');
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps everything where blank lines are kept', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const chunks = toChunks(
          list.map(({ text, isKept }) => (isKept ? keepText(text, kept) : text)),
          kept,
        );
        expect(chunks.join('')).toBe(list.map(({ text }) => text).join(''));
      }),
    );
  });

  it('makes a chunk of each kept part that stands on lines of its own', () => {
    const block = keepText('\nserver {\n\n}\n', dropped);
    expect(toChunks(['a\n', block, '\n', block, 'b'], dropped)).toEqual([
      'a\n',
      'server {\n}\n',
      'server {\n}\n',
      'b',
    ]);
  });

  it('gives the line that a kept part shares to its neighbour', () => {
    expect(toChunks(['x ', keepText('a\nb\nc', dropped), ' y\n'], dropped)).toEqual([
      'x a\n',
      'b\n',
      'c y\n',
    ]);
    expect(toChunks(['x ', keepText('in line', dropped), '\n'], dropped)).toEqual(['x in line\n']);
  });
});
