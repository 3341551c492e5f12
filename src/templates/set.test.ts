import { describe, expect, it } from 'vitest';
import type { TemplateSource } from './engine.ts';
import { context, source, testEngine } from './testing/render.ts';

/** `main.hbs` together with other files, by path. */
function set(text: string, others: Readonly<Record<string, string>>): TemplateSource {
  const files = Object.entries(others).map(([name, one]) => ({ name, text: one }));
  return { ...source(text), others: files };
}

function render(text: string, others: Readonly<Record<string, string>>, fields = {}): string {
  const template = testEngine().compile(set(text, others));
  return template.render(context(fields), { keepBlankLines: true }).join('');
}

describe('a set of files', () => {
  it('renders the first; the others are partials by base name, with and without .hbs', () => {
    const others = { '/a/header.hbs': 'H{{x}}', 'b/tail.conf': 'T' };
    expect(render('{{> header}} {{> header.hbs}} {{> tail.conf}}', others, { x: 1 })).toBe(
      'H1 H1 T',
    );
  });

  it('makes the inline partials at the top of the others known everywhere', () => {
    const others = {
      'lib.hbs': '{{#*inline "line"}}<{{> item}}>{{/inline}}never shown',
      'more.hbs': '{{#*inline "item"}}{{../x}}{{this.x}}{{/inline}}',
    };
    const text = '{{#each items}}{{> line}}{{/each}}{{eval "line" items.[0]}}';
    // As in a file of its own, ../ leads out of a partial.
    expect(() => render(text, others)).toThrow('more.hbs:1:22: ../x leads out of the template');
    const mended = { ...others, 'more.hbs': '{{#*inline "item"}}{{this.x}}{{/inline}}' };
    expect(render(text, mended, { items: [{ x: 1 }, { x: 2 }] })).toBe('<1><2><1>');
  });

  it('calls the later of two of one name, its own inline partial first, and folders last', () => {
    const others = {
      'a/p.hbs': 'first',
      'b/p.hbs': 'second',
      'c.hbs': '{{#*inline "q"}}c{{/inline}}',
    };
    const template = testEngine().compile({
      ...set('{{> p}} {{> q}} {{> r}} {{#*inline "q"}}own{{/inline}}', others),
      partials: new Map([
        ['p', 'folder'],
        ['r', 'folder'],
      ]),
    });
    expect(template.render(context()).join('')).toBe('second own folder ');
  });

  it('finds mistakes in all of them, called or not, each once', () => {
    const others = { 'lib.hbs': '{{#*inline "x"}}{{> nowhere}}{{/inline}}\n{{grupBy a "b"}}' };
    expect(() => render('{{> lib}}{{> lib.hbs}}{{> libb}}', others)).toThrow(
      [
        'Template test.hbs has 3 mistakes:',
        '  test.hbs:1:23: there is no partial "libb"; did you mean "lib"?',
        '  lib.hbs:1:17: there is no partial "nowhere" (there are: lib, lib.hbs, x)',
        '  lib.hbs:2:1: there is no helper "grupBy"; did you mean "groupBy"?',
      ].join('\n'),
    );
  });

  it('keeps the texts of memo blocks in them', () => {
    const lib =
      '{{#*inline "sites"}}{{#each sites}}{{#memo this}}{{> one}}{{/memo}}{{/each}}{{/inline}}';
    const others = { 'lib.hbs': lib, 'one.hbs': '{{host}};' };
    expect(render('{{> sites}}', others, { sites: [{ host: 'a' }, { host: 'b' }] })).toBe('a;b;');
  });

  it('is compiled anew when one of them changes, and only then', () => {
    const engine = testEngine();
    const compile = (text: string) => engine.compile(set('{{> p}}', { 'p.hbs': text }));
    const first = compile('1');
    expect(compile('1')).toBe(first);
    expect(compile('2')).not.toBe(first);
    expect(compile('2').hash).not.toBe(first.hash);
    expect(engine.compile(source('{{#*inline "p"}}{{/inline}}{{> p}}'))).not.toBe(first);
    expect(compile('1')).toBe(first);
  });
});
