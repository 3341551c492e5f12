import { describe, expect, it, vi } from 'vitest';
import { bare, context, source, testEngine } from './testing/render.ts';

/** A site that counts how often its host was read. */
function counted(host: string, routes: readonly string[] = []) {
  const site = {
    reads: 0,
    routes,
    get host() {
      site.reads += 1;
      return host;
    },
  };
  return site;
}

const text = `# {{generation}}
{{#each sites}}
{{#memo this as |site|}}
server {
  {{site.host}}
  {{#each routes}}
  {{this}} {{@index}} {{../routes.length}} {{@root.settings.port}}
  {{/each}}

}
{{/memo}}
{{/each}}
# end
`;

describe('memo', () => {
  it('renders a block once for each object, each a chunk of its own', () => {
    const template = testEngine().compile(source(text));
    const sites = [counted('a.test', ['/']), counted('b.test')];
    const settings = { port: 80 };
    const first = template.render(context({ sites, settings, generation: '1' }));
    expect(first).toEqual(
      ['# 1\n', 'server {\n  a.test\n  / 0 1 80\n}\n', 'server {\n  b.test\n}\n', '# end\n'].map(
        (chunk) => chunk.replaceAll('\\\n', '\n'),
      ),
    );
    const c = counted('c.test');
    const second = template.render(
      context({ sites: [sites[0], c, sites[1]], settings, generation: '2' }),
    );
    expect(second).toEqual(['# 2\n', first[1], 'server {\n  c.test\n}\n', first[2], '# end\n']);
    expect([...sites, c].map(({ reads }) => reads)).toEqual([1, 1, 1]);
  });

  it('begins anew with other settings, and apart with blank lines kept', () => {
    const template = testEngine().compile(source(text));
    const site = counted('a.test', ['/']);
    const sites = [site];
    const [one, other] = [{ port: 1 }, { port: 2 }];
    expect(template.render(context({ sites, settings: one }))[1]).toContain('/ 0 1 1\n}');
    expect(template.render(context({ sites, settings: other }))[1]).toContain('/ 0 1 2\n}');
    expect(site.reads).toBe(2);
    const kept = template.render(context({ sites, settings: one }), { keepBlankLines: true });
    expect(kept[1]).toBe('server {\n  a.test\n  / 0 1 1\n\n}\n');
    expect(site.reads).toBe(3);
    template.render(context({ sites, settings: one }));
    template.render(context({ sites, settings: other }));
    expect(site.reads).toBe(3);
  });

  it('keeps each block of a template apart, also from the same block of another', () => {
    const engine = testEngine();
    const site = counted('a.test');
    const fields = { sites: [site], settings: {} };
    const two =
      '{{#each sites}}{{#memo this}}1{{host}}\n{{/memo}}{{#memo this}}2{{host}}\n{{/memo}}{{/each}}';
    const template = engine.compile(source(two));
    expect(template.render(context(fields))).toEqual(['1a.test\n', '2a.test\n']);
    expect(template.render(context(fields))).toEqual(['1a.test\n', '2a.test\n']);
    expect(site.reads).toBe(2);
    expect(
      engine
        .compile(source(`${two}!`))
        .render(context(fields))
        .join(''),
    ).toBe('1a.test\n2a.test\n!');
    expect(site.reads).toBe(4);
  });

  it('keeps nothing of a render that failed', () => {
    const template = testEngine().compile(
      source('{{#each sites}}{{#memo this}}{{x}}{{/memo}}{{/each}}'),
    );
    const site: { x: unknown } = { x: [] };
    const fields = context({ sites: [site] });
    expect(() => template.render(fields)).toThrow('the value at test.hbs:1:30 is a list');
    site.x = 'mended';
    expect(template.render(fields)).toEqual(['mended']);
  });

  it('works in a partial and with partials', () => {
    const partials = {
      site: '{{#memo this}}\n{{> server}};\n{{#> wrap}}{{host}}{{/wrap}}\n{{/memo}}\n',
      server: '{{host}} {{#each routes}}{{@index}}{{> route}}{{/each}}',
      route: '{{this}} {{@key}}',
      wrap: '<{{> @partial-block}}>',
    };
    const template = testEngine().compile(
      source('{{#each sites}}\n{{> site}}\n{{/each}}\n', partials),
    );
    const sites = [counted('a', ['/x']), counted('b')];
    const chunks = ['a 0/x 0;\n<a>\n', 'b ;\n<b>\n'];
    expect(template.render(context({ sites }))).toEqual(chunks);
  });

  it('cannot be forged by a value', () => {
    const template = testEngine().compile(
      source('{{#each sites}}{{#memo this}}{{host}}\n{{/memo}}{{/each}}{{Env.A}}\n'),
    );
    const render = (A: string) =>
      template.render(context({ sites: [{ host: `x${A}` }], Env: bare({ A }) })).join('');
    // The strongest forgery: what stood for a kept text in an earlier render.
    const split = vi.spyOn(String.prototype, 'split');
    render('');
    const marks = split.mock.calls.map(([mark]) => String(mark));
    split.mockRestore();
    const earlier = marks.find((mark) => mark.startsWith('\0'));
    expect(earlier).toBeDefined();
    for (const value of ['\0', '\0:0\0', '\0undefined:0\0', `${earlier}0\0`, '$&', '{{memo}}']) {
      expect(render(value)).toBe(`x${value}\n${value}\n`);
    }
  });

  it('asks for an object', () => {
    const template = testEngine().compile(source('{{#memo Env.A}}{{/memo}}'));
    expect(() => template.render(context({ Env: bare({ A: 'b' }) }))).toThrow(
      'Could not render template test.hbs: helper "memo" at test.hbs:1:1: argument 1 (object) must be a map or list, got text',
    );
    expect(() => template.render(context())).toThrow('must be a map or list, got nothing');
  });
});

describe('a memo block that depends on more than its object', () => {
  it.each([
    [
      '{{#each sites as |s|}}{{#memo s}}{{s.host}}{{/memo}}{{/each}}',
      '1:36: block parameter "s" comes from outside',
    ],
    [
      '{{#each sites}}{{#memo this}}{{@index}}{{/memo}}{{/each}}',
      '1:32: @index comes from outside',
    ],
    [
      '{{#each sites}}{{#memo this}}{{#each routes}}{{@../index}}{{/each}}{{/memo}}{{/each}}',
      '1:48: @../index comes from outside',
    ],
    ['{{#each sites}}{{#memo this}}{{../Env.A}}{{/memo}}{{/each}}', '1:32: ../Env.A leads outside'],
    [
      '{{#each sites}}{{#memo this}}{{#each routes}}{{eq ../../Env 1}}{{/each}}{{/memo}}{{/each}}',
      '1:51: ../../Env leads outside',
    ],
    [
      '{{#memo Docker}}{{@root.Env.A}}{{/memo}}',
      '1:19: @root.Env.A is more than the object and @root.settings',
    ],
    [
      '{{#memo Docker}}{{lookup @root "Env"}}{{/memo}}',
      '1:26: @root is more than the object and @root.settings',
    ],
    [
      '{{#memo Docker}}{{#if (exists "/etc/hosts")}}x{{/if}}{{/memo}}',
      '1:23: helper "exists" depends on more than its arguments',
    ],
    ['{{#memo Docker}}{{#memo this}}{{/memo}}{{/memo}}', '1:17: a memo block cannot hold another'],
    ['{{#memo Docker}}x{{else}}y{{/memo}}', '1:1: there is no {{else}}'],
    [
      '{{#memo Docker}}{{> (concat "p" n)}}{{/memo}}',
      '1:17: a partial whose name is computed cannot be followed',
    ],
    [
      '{{#*inline "x"}}{{/inline}}{{#memo Docker}}{{> x}}{{/memo}}',
      '1:44: partial "x" is defined outside',
    ],
  ])('%s', (template, mistake) => {
    const home = template.slice(0, template.indexOf('{{#memo')).length + 1;
    expect(() => testEngine().compile(source(template, { p: '' }))).toThrow(
      `Template test.hbs has a mistake:\n  test.hbs:${mistake}, in the memo block at test.hbs:1:${home}`,
    );
  });

  it('is found through partials', () => {
    const partials = {
      a: '{{#each x}}{{> b}}{{/each}}',
      b: '{{@index}}{{> b}}\n{{exists "x"}}{{> @partial-block}}',
    };
    expect(() =>
      testEngine().compile(source('{{#memo Docker}}{{> a}}{{/memo}}', partials)),
    ).toThrow(
      [
        'Template test.hbs has 2 mistakes:',
        '  partial "b":2:1: helper "exists" depends on more than its arguments, in the memo block at test.hbs:1:1',
        '  partial "b":2:15: {{> @partial-block}} comes from outside, in the memo block at test.hbs:1:1',
      ].join('\n'),
    );
  });

  it.each([
    '{{#memo Docker as |d|}}{{#each d.x as |y i|}}{{y}}{{i}}{{@index}}{{../Name}}{{d.Name}}{{@root.settings.a}}{{/each}}{{/memo}}',
    '{{#each sites as |s|}}{{#memo s as |s|}}{{s.host}}{{this.s}}{{/memo}}{{/each}}',
    '{{#memo Docker}}{{#*inline "x"}}{{Name}}{{/inline}}{{> x}}{{/memo}}',
  ])('leaves %s alone', (template) => {
    expect(testEngine().compile(source(template)).name).toBe('test.hbs');
  });

  it('may not stand in an indented partial', () => {
    const partials = { a: '{{> b}}', b: '{{#memo this}}x\ny\n{{/memo}}', c: '' };
    expect(() => testEngine().compile(source('x\n  {{> c}}\n  {{> a}}\n', partials))).toThrow(
      'Template test.hbs has a mistake:\n  test.hbs:3:3: a partial with a memo block must begin at the start of its line',
    );
    const inline = '{{#*inline "i"}}{{#memo this}}x{{/memo}}{{/inline}}\n  {{> i}}\n';
    expect(() => testEngine().compile(source(inline))).toThrow(
      'test.hbs:2:3: a partial with a memo block',
    );
  });
});
