import { describe, expect, it } from 'vitest';
import { testFiles } from '../testing/files.ts';
import { renderText } from '../testing/render.ts';
import { helperTable } from './table.ts';

const table = helperTable(testFiles);

describe('helper table', () => {
  it('has each name once, described, with examples that call it', () => {
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    for (const { name, description, args, rest, example } of table) {
      expect(description, name).toMatch(/[.)]$/);
      expect(example.template, name).toMatch(new RegExp(`[{#(]${name}\\b`));
      for (const arg of [...args, ...(rest ? [rest] : [])]) {
        expect(arg.description, `${name} ${arg.name}`).not.toBe('');
      }
    }
  });

  it.each(table.map(({ name, example }) => ({ name, ...example })))(
    'example of $name: $template',
    ({ template, context, result }) => {
      expect(renderText(template, context)).toBe(result);
    },
  );
});
