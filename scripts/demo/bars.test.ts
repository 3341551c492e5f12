import { describe, expect, it } from 'vitest';
import { bar, barLines, type Row } from './bars.ts';
import { lookOf } from './look.ts';
import { type Line, widthOf } from './text.ts';

const { glyphs: blocks } = lookOf({ LANG: 'C.UTF-8' }, { isTTY: true, colorDepth: 8 });
const { glyphs: ascii } = lookOf({ LANG: 'C' }, { isTTY: true, colorDepth: 8 });

function row(changes: Partial<Row>): Row {
  return {
    name: 'web-1',
    state: 'ready',
    place: 0,
    answers: 10,
    share: 0.25,
    perSecond: 12.5,
    ...changes,
  };
}

function textOf(lines: readonly Line[]): string[] {
  return lines.map((line) => line.map(({ text }) => text).join(''));
}

describe('bar', () => {
  it.each([
    [0, '    '],
    [1 / 32, '▏   '],
    [0.25, '█   '],
    [0.5, '██  '],
    [0.6, '██▍ '],
    [31 / 32, '███▉'],
    [1, '████'],
  ])('draws %d in four cells, an eighth of a cell exactly', (part, drawn) => {
    expect(bar(part, 4, blocks)).toBe(drawn);
  });

  it('shows what is almost nothing, and what is nothing not', () => {
    expect(bar(0.0001, 4, blocks)).toBe('▏   ');
    expect(bar(0.0001, 4, ascii)).toBe('#   ');
    expect(bar(0, 4, ascii)).toBe('    ');
  });

  it('never leaves its cells', () => {
    expect(bar(7, 4, blocks)).toBe('████');
    expect(bar(-1, 4, blocks)).toBe('    ');
    expect(bar(Number.NaN, 4, blocks)).toBe('    ');
  });

  it('draws whole cells where there are no block elements', () => {
    expect(bar(0.6, 4, ascii)).toBe('##  ');
    expect(bar(0.9, 4, ascii)).toBe('####');
  });
});

describe('barLines', () => {
  const options = { columns: 48, evenShare: 0.5, rates: false };

  it('fills the width with two equal bars', () => {
    const rows = [row({ share: 0.5 }), row({ name: 'web-2', place: 1, share: 0.5 })];
    expect(textOf(barLines(rows, options, blocks))).toEqual([
      '             even share 50.0 % ▾   share count',
      'web-1 ██████████████████████████  50.0 %    10  ',
      'web-2 ██████████████████████████  50.0 %    10  ',
    ]);
  });

  it('takes the largest share for a full bar where it is more than half', () => {
    const rows = [row({ share: 0.75 }), row({ name: 'web-2', place: 1 })];
    const [, first, second] = textOf(barLines(rows, { ...options, columns: 46 }, blocks));
    expect(first).toContain('█'.repeat(24));
    expect(second).toContain(`${'█'.repeat(8)} `);
  });

  it('leaves out the zeros of those that are not there yet or no more', () => {
    const zero = { share: 0, perSecond: 0, answers: 0 };
    const states = ['starting', 'gone', 'ready', 'leaving'] as const;
    const rows = states.map((state) => row({ ...zero, state }));
    const lines = textOf(barLines(rows, { ...options, rates: true, columns: 70 }, blocks).slice(1));
    expect(lines.map((line) => line.slice(5).trim())).toEqual([
      'starting',
      'gone',
      '0.0 %    0.0/s',
      '0.0 %    0.0/s         draining',
    ]);
  });

  it('keeps all lines equally wide, whatever a name holds', () => {
    const names = [
      '\u001b[2J\u001b[31mred',
      'line\r\nbreak',
      '八重桜',
      '\u202eevil',
      'é\u0301',
      'x'.repeat(500),
      '',
    ];
    for (const columns of [40, 80, 120]) {
      for (const glyphs of [blocks, ascii]) {
        const rows = names.map((name, place) => row({ name, place, state: 'unknown' }));
        const lines = barLines(rows, { ...options, columns, rates: true }, glyphs);
        const all = textOf(lines).join('');
        expect(lines.slice(1).map(widthOf)).toEqual(names.map(() => columns));
        expect(all.replaceAll(/[\x20-\x7e▏▎▍▌▋▊▉█▾…]/g, '')).toBe('');
      }
    }
  });

  it('draws no mark for a share that there cannot be', () => {
    for (const evenShare of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const [header] = textOf(barLines([row({})], { ...options, evenShare }, blocks));
      expect(header?.trim()).toBe('share count');
    }
  });

  it('has nothing but a header without replicas', () => {
    expect(textOf(barLines([], options, blocks)).map((line) => line.trim())).toHaveLength(1);
  });
});
