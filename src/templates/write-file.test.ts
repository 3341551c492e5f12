import { describe, expect, it } from 'vitest';
import type { WrittenFile } from './engine.ts';
import { HelperError } from './helpers/helper.ts';
import { context, source, testEngine } from './testing/render.ts';

/** What a template makes: its own text, and each file as `path=text`. */
function render(text: string, fields: object = {}, partials: Record<string, string> = {}) {
  const files: WrittenFile[] = [];
  const template = testEngine().compile(source(text, partials));
  const main = template.render(context(fields), { onFile: (file) => files.push(file) }).join('');
  return {
    main,
    files: files.map(({ path, chunks }) => `${path}=${chunks.join('')}`),
    written: files,
  };
}

describe('writeFile', () => {
  it('takes its block out of the text, with the context around it', () => {
    const text =
      'a\n{{#each items as |item|}}\n{{#writeFile (concat item.n ".conf")}}\n{{n}}{{../x}}\n{{/writeFile}}\n{{/each}}\nb\n';
    expect(render(text, { items: [{ n: 1 }, { n: 2 }], x: '!' })).toMatchObject({
      main: 'a\nb\n',
      files: ['1.conf=1!\n', '2.conf=2!\n'],
    });
  });

  it('drops blank lines in each file for itself', () => {
    const text = 'a\n\n{{#writeFile "f"}}\n\nx\n\ny{{/writeFile}}\n';
    expect(render(text)).toMatchObject({ main: 'a\n', files: ['f=x\ny'] });
  });

  it('tells whether the path is the author’s own word', () => {
    const text =
      '{{#writeFile "a"}}{{/writeFile}}{{#let "a" as |p|}}{{#writeFile p}}{{/writeFile}}{{/let}}{{#writeFile (lower "A")}}{{/writeFile}}';
    expect(render(text).written.map(({ isLiteral }) => isLiteral)).toEqual([true, false, false]);
  });

  it('works in partials, inline ones, and what eval renders', () => {
    const partials = { p: '  {{#writeFile "p"}}\n  p{{x}}\n{{/writeFile}}' };
    const text =
      '{{#*inline "i"}}{{#writeFile "i"}}i{{x}}{{/writeFile}}.{{/inline}}  {{> p}}\n{{> i}}{{eval "i" this}}';
    expect(render(text, { x: 1 }, partials)).toMatchObject({
      main: '..',
      files: ['p=  p1\n', 'i=i1', 'i=i1'],
    });
  });

  it('may stand in another file’s block', () => {
    const text = '{{#writeFile "a"}}1{{#writeFile "b"}}2{{/writeFile}}3{{/writeFile}}';
    expect(render(text).files).toEqual(['b=2', 'a=13']);
  });

  it('keeps the chunks of memo blocks in it, the same string each time', () => {
    const sites = [{ host: 'a' }, { host: 'b' }];
    const template = testEngine().compile(
      source(
        '{{#writeFile "f"}}\n{{#each sites}}\n{{#memo this}}\n{{host}}\n{{/memo}}\n{{/each}}\n{{/writeFile}}\nmain {{sites.0.host}}\n{{#each sites}}\n{{#memo this}}\n<{{host}}>\n{{/memo}}\n{{/each}}\n',
      ),
    );
    const settings = {};
    const run = () => {
      let file: WrittenFile | undefined;
      const main = template.render(context({ sites, settings }), {
        onFile: (one) => {
          file = one;
        },
      });
      return { main, chunks: file?.chunks ?? [] };
    };
    const [first, second] = [run(), run()];
    expect(first.chunks.join('')).toBe('a\nb\n');
    expect(first.main.join('')).toContain('<a>\n<b>\n');
    expect(first.chunks).toHaveLength(2);
    expect(second).toEqual(first);
  });

  it('is refused in a memo block, whose text would be kept without the file', () => {
    const text = '{{#each sites}}{{#memo this}}{{#writeFile host}}{{/writeFile}}{{/memo}}{{/each}}';
    expect(() => render(text)).toThrow(
      '1:30: writeFile may go around a memo block, not into one, in the memo block at test.hbs:1:16',
    );
  });

  it('names the place of a path that the taker refuses, or that is none', () => {
    const template = testEngine().compile(source('\n{{#writeFile "x"}}{{/writeFile}}'));
    const onFile = () => {
      throw new HelperError('cannot write to "x": no');
    };
    expect(() => template.render(context(), { onFile })).toThrow(
      'helper "writeFile" at test.hbs:2:1: cannot write to "x": no',
    );
    expect(() => render('{{#writeFile containers}}{{/writeFile}}')).toThrow(
      'argument 1 (path) must be text, got a list',
    );
    expect(() => render('{{writeFile "x"}}')).toThrow('"writeFile" needs a block');
  });
});
