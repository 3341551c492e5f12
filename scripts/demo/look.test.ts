import { describe, expect, it } from 'vitest';
import { lookOf, paint } from './look.ts';
import { span } from './text.ts';

const terminal = { isTTY: true, colorDepth: 8 };

describe('lookOf', () => {
  it('moves the cursor on terminals that can, and nowhere else', () => {
    expect(lookOf({ TERM: 'xterm' }, terminal).live).toBe(true);
    expect(lookOf({ TERM: 'dumb' }, terminal).live).toBe(false);
    expect(lookOf({ TERM: 'xterm' }, { ...terminal, isTTY: false }).live).toBe(false);
  });

  it.each([
    [{}, terminal, 256],
    [{}, { isTTY: true, colorDepth: 24 }, 256],
    [{}, { isTTY: true, colorDepth: 4 }, 16],
    [{}, { isTTY: true, colorDepth: 1 }, 0],
    [{ NO_COLOR: '1' }, terminal, 0],
    [{ NO_COLOR: '' }, terminal, 256],
    [{ TERM: 'dumb' }, terminal, 0],
    [{}, { isTTY: false, colorDepth: 8 }, 0],
  ])('given %o and %o has %d colours', (env, output, colors) => {
    expect(lookOf(env, output).colors).toBe(colors);
  });

  it.each([
    [{ LANG: 'en_US.UTF-8' }, '█'],
    [{ LANG: 'C.utf8' }, '█'],
    [{ LANG: 'C', LC_CTYPE: 'UTF-8' }, '█'],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, '#'],
    [{ LANG: 'de_DE.ISO-8859-1' }, '#'],
    [{}, '#'],
  ])('given %o draws full cells as %s', (env, full) => {
    expect(lookOf(env, terminal).glyphs.bar.at(-1)).toBe(full);
  });

  it('draws with single characters of one column', () => {
    for (const env of [{ LANG: 'C.UTF-8' }, {}]) {
      const { ellipsis, ...glyphs } = lookOf(env, terminal).glyphs;
      expect(ellipsis).not.toBe('');
      for (const glyph of Object.values(glyphs).flat()) expect(glyph).toHaveLength(1);
    }
  });
});

describe('paint', () => {
  const line = [span('abc', 'good'), span('def'), span('ghi', { replica: 7 })];

  it('ends each colour before the next text', () => {
    expect(paint(line, 80, { colors: 16 })).toBe('\u001b[32mabc\u001b[0mdef\u001b[34mghi\u001b[0m');
  });

  it('cuts the text, not the codes', () => {
    expect(paint(line, 7, { colors: 256 })).toBe(
      '\u001b[32mabc\u001b[0mdef\u001b[38;5;44mg\u001b[0m',
    );
    expect(paint(line, 7, { colors: 0 })).toBe('abcdefg');
  });
});
