import { describe, expect, it } from 'vitest';
import { lineChanges } from './line-changes.ts';

describe('lineChanges', () => {
  it.each<[string, readonly string[], readonly string[], number, number]>([
    ['nothing for the same text', ['a\nb\n'], ['a\nb\n'], 0, 0],
    ['nothing for the same text in other parts', ['a\n', 'b\n'], ['a\nb\n'], 0, 0],
    ['nothing for parts that end within a line', ['a', ' b\nc\n'], ['a b\n', 'c\n'], 0, 0],
    ['all lines of a text that was not there', [], ['a\n', 'b\nc\n'], 3, 0],
    ['all lines of a text that is gone', ['a\nb\n'], [], 0, 2],
    ['a line that changed once on each side', ['x\na\ny\n'], ['x\nb\ny\n'], 1, 1],
    ['lines as often as they stand there', ['a\n'], ['a\na\na\n'], 2, 0],
    ['nothing for a line that moved', ['a\nb\n'], ['b\n', 'a\n'], 0, 0],
    ['a last line without its end', ['a\nb'], ['a\nc'], 1, 1],
  ])('counts %s', (_, before, after, added, removed) => {
    expect(lineChanges(before, after)).toEqual({ added, removed });
  });
});
