import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { context, renderText, source, testEngine } from '../testing/render.ts';

describe('eval', () => {
  it('gives the text of a partial with its data, and the root', () => {
    const partials = { p: '[{{Name}}{{@root.generation}}]' };
    expect(renderText('{{eval "p" a}}', { a: { Name: 'x' }, generation: 7 }, partials)).toBe(
      '[x7]',
    );
    expect(renderText('{{eval "p"}}', { Name: 'x' }, partials)).toBe('[]');
    expect(renderText('{{trim (eval (concat "p" n))}}', { n: 2 }, { p2: ' two ' })).toBe('two');
  });

  it('reaches inline partials, and these each other', () => {
    const text =
      '{{#*inline "a"}}<{{this}}>{{/inline}}{{#*inline "b"}}{{> a}}{{#each list}}{{../x}}{{/each}}{{eval "a" 2}}{{/inline}}' +
      '{{upper (eval "b" this)}}|{{eval "a" 1}}';
    expect(() => renderText(text, { list: [1, 2], x: 'y' })).toThrow('is a map');
    expect(renderText(text.replace('{{> a}}', '{{> a x}}'), { list: [1, 2], x: 'y' })).toBe(
      '<Y>YY<2>|<1>',
    );
  });

  it('renders memo blocks in it for real, so that other helpers may work on the text', () => {
    const partials = { p: '{{#each sites}}{{#memo this}}{{host}} {{/memo}}{{/each}}' };
    const sites = [{ host: 'a' }, { host: 'b' }];
    expect(renderText('{{len (eval "p" this)}}{{> p}}', { sites }, partials)).toBe('4a b ');
    expect(() => renderText('{{eval "p" this}}', { sites: ['text'] }, partials)).toThrow(
      'helper "memo" at partial "p":1:16: argument 1 (object) must be a map or list, got text',
    );
  });

  it('finds an unknown name before anything is rendered, or when it is computed', () => {
    expect(() => testEngine().compile(source('{{eval "servr"}}', { server: '' }))).toThrow(
      'test.hbs:1:1: there is no partial "servr"; did you mean "server"?',
    );
    expect(() => renderText('{{eval n}}', { n: '__proto__' })).toThrow(
      'helper "eval" at test.hbs:1:1: there is no partial "__proto__" (there are none)',
    );
  });

  it('counts for the hash what it reaches', () => {
    const hash = (text: string, b: string) => testEngine().compile(source(text, { a: '', b })).hash;
    expect(hash('{{eval "b"}}', '1')).not.toBe(hash('{{eval "b"}}', '2'));
    expect(hash('{{eval n}}', '1')).not.toBe(hash('{{eval n}}', '2'));
    expect(hash('{{eval "a"}}', '1')).toBe(hash('{{eval "a"}}', '2'));
  });

  it('names the innermost place of a failure, and stops without end', () => {
    const partials = { p: '\n{{split this}}', q: '{{fail "broken"}}', r: '{{eval "r"}}' };
    expect(() => renderText('{{eval "q" 1}}', {}, partials)).toThrow(
      'Could not render template test.hbs: helper "fail" at partial "q":1:1: broken',
    );
    expect(() => renderText('{{eval "r"}}', {}, partials)).toThrow(
      'helper "eval" at partial "r":1:1: partials evaluate one another more than 100 deep',
    );
  });

  it('is not for memo blocks, which cannot see what it reaches', () => {
    const text = '{{#each a}}{{#memo this}}{{eval "p"}}{{/memo}}{{/each}}';
    expect(() => testEngine().compile(source(text, { p: '' }))).toThrow(
      'helper "eval" depends on more than its arguments',
    );
    expect(() => call('eval', 'p')).toThrow('partials are known only while a template is rendered');
  });

  it('keeps its template usable', () => {
    const template = testEngine().compile(source('{{eval "p" n}}{{> p n}}', { p: '{{this}}' }));
    expect(template.render(context({ n: 1 })).join('')).toBe('11');
    expect(template.render(context({ n: 2 })).join('')).toBe('22');
  });
});
