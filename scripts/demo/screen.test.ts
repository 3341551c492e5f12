import { describe, expect, it } from 'vitest';
import { lookOf } from './look.ts';
import { Screen } from './screen.ts';
import { FakeTerminal } from './testing/fake-terminal.ts';
import { type Line, span } from './text.ts';

const look = lookOf({ LANG: 'C.UTF-8' }, { isTTY: true, colorDepth: 8 });

function lines(...texts: string[]): Line[] {
  return texts.map((text) => [span(text)]);
}

function setUp(columns = 20, rows = 10) {
  const terminal = new FakeTerminal({ columns, rows });
  terminal.write('$ make demo\r\n');
  return { terminal, screen: new Screen(terminal, look) };
}

describe('Screen', () => {
  it('redraws in place', () => {
    const { terminal, screen } = setUp();
    screen.draw(lines('one', 'two'));
    screen.draw(lines('1', 'two', 'three'));
    expect(terminal.text).toBe('$ make demo\n1\ntwo\nthree');
    screen.draw(lines('last'));
    expect(terminal.text).toBe('$ make demo\nlast');
  });

  it('writes each drawing at once, and only the lines that changed', () => {
    const { terminal, screen } = setUp();
    screen.draw(lines('unchanging', 'before'));
    const before = terminal.writes.length;
    screen.draw(lines('unchanging', 'after'));
    expect(terminal.writes.slice(before)).toHaveLength(1);
    expect(terminal.writes.at(-1)).toContain('after');
    expect(terminal.writes.at(-1)).not.toContain('unchanging');
  });

  it('puts lines that stay above what is redrawn, and does not cut them', () => {
    const { terminal, screen } = setUp();
    screen.draw(lines('frame 1', 'frame 1'));
    screen.print(lines('a line of 30 columns that stays'));
    screen.draw(lines('frame 2'));
    screen.draw(lines('frame 3'));
    expect(terminal.text).toBe('$ make demo\na line of 30 columns\n that stays\nframe 3');
  });

  it('cuts lines before the last column, and draws no more of them than fit', () => {
    const { terminal, screen } = setUp(8, 4);
    screen.draw(lines('1234567890', '2', '3', '4', '5'));
    expect(screen.space).toEqual({ columns: 7, rows: 3 });
    expect(terminal.text).toBe('$ make d\nemo\n1234567\n2\n3');
  });

  it.each([
    [20, 9],
    [20, 12],
    [9, 20],
    [12, 40],
  ])('finds its place when the window of %d columns gets %d', (before, after) => {
    const { terminal, screen } = setUp(before);
    screen.print(lines('stays'));
    screen.draw(lines('a line that is cut', '', 'short'));
    terminal.resize({ columns: after, rows: 10 });
    screen.draw(lines('new 1', '', 'new 2'));
    screen.draw(lines('new 3', '', 'new 4'));
    expect(terminal.text.replace(/^\$ [^s]*/, '')).toBe('stays\nnew 3\n\nnew 4');
  });

  it('hides the cursor while it draws, and gives it back with an empty line for it', () => {
    const { terminal, screen } = setUp();
    expect(terminal.cursorVisible).toBe(true);
    screen.draw(lines('frame'));
    expect(terminal.cursorVisible).toBe(false);
    screen[Symbol.dispose]();
    expect(terminal.cursorVisible).toBe(true);
    expect(terminal.text).toBe('$ make demo');
    const written = terminal.writes.length;
    screen[Symbol.dispose]();
    expect(terminal.writes).toHaveLength(written);
  });

  it('has nothing to give back when it drew nothing', () => {
    const { terminal, screen } = setUp();
    screen[Symbol.dispose]();
    expect(terminal.writes).toHaveLength(1);
  });
});
