import { describe, expect, it, vi } from 'vitest';

import { bare, context, renderText, source, testEngine } from './testing/render.ts';

describe('each', () => {
  it('visits lists in order and maps by sorted key', () => {
    const show =
      '{{#each items}}{{@index}}{{@key}}{{this}}{{#if @first}}<{{/if}}{{#if @last}}>{{/if}} {{/each}}';
    expect(renderText(show, { items: ['b', 'a'] })).toBe('00b< 11a> ');
    expect(renderText(show, { items: bare({ b: 1, 10: 2, 9: 3 }) })).toBe('0102< 193 2b1> ');
    expect(renderText(show, { items: new Map(Object.entries({ b: 1, a: 2 })) })).toBe('0a2< 1b1> ');
    expect(renderText(show, { items: new Set(['b', 'a']) })).toBe('00b< 11a> ');
  });

  it.each([[[]], [{}], [undefined], [null], [new Map()]])('of %o is its else block', (items) => {
    expect(renderText('{{#each items}}x{{else}}none {{y}}{{/each}}', { items, y: 1 })).toBe(
      'none 1',
    );
  });

  it('names item and key, and reaches what is around', () => {
    const text =
      '{{#each a as |x i|}}{{#each x as |y|}}{{i}}{{y}}{{../../b}}{{@../index}} {{/each}}{{/each}}';
    // Handlebars takes 'r' and ['r'] for the same context.
    expect(renderText(text, { a: [['p', 'q'], ['r']], b: '!' })).toBe('0p!0 0q!0 1r!1 ');
  });

  it('leaves ../ its meaning where a context comes twice', () => {
    const self = { Name: 'self' };
    const text =
      '{{#each containers}}{{#with @root.CurrentContainer}}{{../Name}} {{/with}}{{/each}}';
    const fields = { containers: [{ Name: 'a' }, self], CurrentContainer: self, Name: 'root' };
    expect(renderText(text, fields)).toBe('a self ');
  });

  it('refuses what has no items', () => {
    expect(() => renderText('{{#each name}}{{/each}}', { name: 'web' })).toThrow(
      'Could not render template test.hbs: helper "each" at test.hbs:1:1: argument 1 (items) must be a list or a map, got text',
    );
  });
});

describe('if, unless, with, let', () => {
  it('decide as Go does', () => {
    const text =
      '{{#if v}}yes{{else if w}}other{{else}}no{{/if}} {{#unless v}}no{{else}}yes{{/unless}}';
    expect(renderText(text, { v: bare({}) })).toBe('no no');
    expect(renderText(text, { v: [], w: 1 })).toBe('other no');
    expect(renderText(text, { v: bare({ a: '' }) })).toBe('yes yes');
  });

  it('leave the context as it is, but for with', () => {
    expect(
      renderText('{{#if a}}{{b}}{{#let a as |x|}}{{b}}{{x}}{{/let}}{{/if}}', { a: 1, b: 2 }),
    ).toBe('221');
    expect(
      renderText('{{#with a as |x|}}{{b}}{{x.b}}{{../c}}{{/with}}', { a: { b: 1 }, c: 2 }),
    ).toBe('112');
    expect(renderText('{{#with a}}x{{else}}none{{/with}}', { a: bare({}) })).toBe('none');
  });

  it('let a block parameter hide a helper of its name', () => {
    expect(renderText('{{#let a as |first|}}{{first}}{{/let}}', { a: 'x' })).toBe('x');
  });
});

describe('what is shown', () => {
  it('is not escaped, and empty where it is absent', () => {
    expect(
      renderText('{{a}}|{{{a}}}|{{b}}|{{b.c.d}}|{{z}}|{{f}}', { a: '<&">', z: 0, f: false }),
    ).toBe('<&">|<&">|||0|false');
  });

  it('is never a list or map, which Handlebars would write as [object Object]', () => {
    expect(() => renderText('a\n  {{Env}}', { Env: bare({ A: 'b' }) })).toThrow(
      'Could not render template test.hbs: the value at test.hbs:2:3 is a map, which has no text: use {{#each}}, {{join}} or {{json}}',
    );
    expect(() => renderText('{{split "a,b" ","}}')).toThrow('the value at test.hbs:1:1 is a list');
  });

  it('prints an image as docker-gen does', () => {
    const Image = { Registry: 'r.test:5000', Repository: 'team/web', Tag: '1.2' };
    expect(renderText('{{Image}}', { Image })).toBe('r.test:5000/team/web:1.2');
  });

  it('takes {{@first}} for the variable, though there is a helper of that name', () => {
    expect(renderText('{{#each a}}{{@first}}{{@last}} {{/each}}', { a: [1, 2] })).toBe(
      'truefalse falsetrue ',
    );
  });

  it('drops blank lines unless they are to be kept', () => {
    const template = testEngine().compile(source('a\n\n{{x}}\n \u00a0\nb\n\n'));
    expect(template.render(context()).join('')).toBe('a\nb\n');
    expect(template.render(context(), { keepBlankLines: true }).join('')).toBe(
      'a\n\n\n \u00a0\nb\n\n',
    );
  });
});

describe('hostile values', () => {
  it('are not read as templates', () => {
    const Env = bare({ A: '{{Env.B}}{{#each x}}{{{{raw}}}}', B: 'secret' });
    expect(renderText('{{Env.A}}', { Env })).toBe('{{Env.B}}{{#each x}}{{{{raw}}}}');
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'under the key %s are values like others, and absent where nobody set them',
    (key) => {
      const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
      const text = `{{Env.${key}}}|{{lookup Env "${key}"}}|{{contains Env "${key}"}}|{{index Env "${key}"}}|{{#each Env}}{{@key}}={{this}}{{/each}}`;
      expect(renderText(text, { Env: bare(JSON.parse(`{ "${key}": "x" }`)) })).toBe(
        `x|x|true|x|${key}=x`,
      );
      expect(renderText(text, { Env: bare({}) })).toBe('||false||');
      expect(renderText(text, { Env: {} })).toBe('||false||');
      expect(
        renderText(`{{Name.${key}}}{{list.${key}}}{{n.${key}.name}}`, {
          Name: 'a',
          list: [],
          n: 1,
        }),
      ).toBe('');
      expect(silent).not.toHaveBeenCalled();
      silent.mockRestore();
    },
  );

  it('never reach a function', () => {
    expect(
      renderText('{{constructor}}{{this.toString}}{{__proto__}}{{a.constructor.constructor}}', {
        a: 'x',
      }),
    ).toBe('');
    const call = vi.fn(() => 'called');
    expect(() => renderText('{{call}}', { call })).toThrow('is a function, which has no text');
    expect(call).not.toHaveBeenCalled();
  });

  it('become keys of groups like any other', () => {
    const containers = ['__proto__', 'constructor', '10', '9'].map((H, index) => ({
      Name: index,
      Env: bare({ H }),
    }));
    const text =
      '{{#each (groupBy containers "Env.H") as |group key|}}{{key}}:{{#each group}}{{Name}}{{/each}} {{/each}}';
    expect(renderText(text, { containers })).toBe('10:2 9:3 __proto__:0 constructor:1 ');
  });
});

describe('partials', () => {
  it('see the context that they are given, named arguments and the root', () => {
    const partials = { server: '{{host}}:{{port}} {{@root.generation}}\n', 'a/b': 'nested' };
    expect(
      renderText(
        '{{> server site port=80}}{{> a/b}}',
        { site: { host: 'h' }, generation: 'g' },
        partials,
      ),
    ).toBe('h:80 g\nnested');
  });

  it('may be chosen by name, define others inline, and take a block', () => {
    expect(renderText('{{> (concat "p" n)}}', { n: 2 }, { p1: 'one', p2: 'two' })).toBe('two');
    expect(renderText('{{#*inline "x"}}[{{this}}]{{/inline}}{{> x a}}', { a: 1 })).toBe('[1]');
    expect(renderText('{{#> wrap}}in{{/wrap}}', {}, { wrap: '<{{> @partial-block}}>' })).toBe(
      '<in>',
    );
  });

  it('are indented as a whole where they stand alone', () => {
    expect(renderText('a\n  {{> p}}\nb', {}, { p: '1\n2\n' })).toBe('a\n  1\n  2\nb');
  });

  it('of an unknown chosen name fail with place and suggestion', () => {
    expect(() => renderText('{{> (lookup this "n")}}', { n: 'servre' }, { server: 'x' })).toThrow(
      'Could not render template test.hbs: {{> …}} at test.hbs:1:1: there is no partial "servre"; did you mean "server"?',
    );
  });

  it('that call themselves without end say so', () => {
    expect(() => renderText('{{> a}}', {}, { a: '{{#if @root}}{{> a}}{{/if}}' })).toThrow(
      'Could not render template test.hbs: its blocks and partials nest too deep: does a partial call itself without end?',
    );
  });
});

describe('a helper that fails', () => {
  it('names itself, the place and the argument, and keeps the cause', () => {
    const partials = { p: '\n {{#if a}}{{split (where list "a" 1) ","}}{{/if}}' };
    const render = () => renderText('{{> p}}', { a: 1, list: [] }, partials);
    expect(render).toThrow(
      'Could not render template test.hbs: helper "split" at partial "p":2:11: argument 1 (text) must be text, got a list',
    );
    expect(render).toThrow(expect.objectContaining({ kind: 'template' }));
    expect(render).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ name: 'HelperError' }) }),
    );
  });
});

describe('compile', () => {
  const partials = { a: '{{> b}}', b: 'text', c: 'unused' };

  it('hashes the text and the partials in reach', () => {
    const engine = testEngine();
    const hash = (text: string, changed = {}) =>
      engine.compile(source(text, { ...partials, ...changed })).hash;
    expect(hash('{{> a}}')).toMatch(/^[0-9a-f]{64}$/);
    expect(hash('{{> a}}', { c: 'edited' })).toBe(hash('{{> a}}'));
    expect(hash('{{> a}}', { b: 'edited' })).not.toBe(hash('{{> a}}'));
    expect(hash('{{> a}} ')).not.toBe(hash('{{> a}}'));
    expect(hash('{{> (lookup this "x")}}', { c: 'edited' })).not.toBe(
      hash('{{> (lookup this "x")}}'),
    );
  });

  it('gives the same template for the same texts', () => {
    const engine = testEngine();
    const first = engine.compile(source('{{> a}}', partials));
    expect(engine.compile(source('{{> a}}', { ...partials, c: 'edited', d: 'new' }))).toBe(first);
    const edited = engine.compile(source('{{> a}}', { ...partials, b: 'edited' }));
    expect(edited).not.toBe(first);
    expect(edited.render(context())).toEqual(['edited']);
    expect(engine.compile(source('{{> a}}', partials))).toBe(first);
    expect(engine.compile({ ...source('{{> a}}', partials), name: 'other.hbs' })).not.toBe(first);
  });

  it('tells of the partials that count, which are all where a name is computed', () => {
    const engine = testEngine();
    const [spelled, computed] = ['{{> a}}', '{{> (lookup this "x")}}'].map((text) =>
      source(text, partials),
    );
    for (const one of [spelled, computed]) if (one) engine.compile(one);
    expect(spelled && engine.reached(spelled)).toEqual(new Set(['a', 'b']));
    expect(computed && engine.reached(computed)).toBeUndefined();
    // Nobody knows yet.
    expect(engine.reached(source('{{> b}}', partials))).toBeUndefined();
  });

  it('notices a new partial where names are computed', () => {
    const engine = testEngine();
    const text = '{{> (lookup this "generation")}}';
    const first = engine.compile(source(text, { a: 'x' }));
    const second = engine.compile(source(text, { a: 'x', b: 'y' }));
    expect(() => first.render(context({ generation: 'b' }))).toThrow('there is no partial "b"');
    expect(second.render(context({ generation: 'b' }))).toEqual(['y']);
  });

  it('notices a file for a partial that was defined inline alone', () => {
    const engine = testEngine();
    const text = '{{#if Env}}{{#*inline "x"}}in{{/inline}}{{> x}}{{/if}}{{> x}}';
    const first = engine.compile(source(text));
    expect(() => first.render(context())).toThrow('The partial x could not be found');
    expect(engine.compile(source(text, { x: 'file' })).render(context())).toEqual(['file']);
  });

  it('keeps engines apart', () => {
    const other = testEngine();
    expect(other.compile(source('{{exists "/etc/hosts"}}')).render(context())).toEqual(['true']);
  });
});
