import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createEngine, type TemplateSource } from './engine.ts';
import { precompile } from './precompile.ts';
import type { Precompiled } from './precompiled.ts';
import { testFiles } from './testing/files.ts';
import { context, source } from './testing/render.ts';

const TEXT = `{{#*inline "own"}}own {{this}}{{/inline}}
{{#each sites}}
{{#memo this}}
Site {{host}}{{#each routes}}: {{path}} of {{../host}}{{/each}}{{#if @root.settings.http2}} by h2{{/if}}
{{> tail host mark="!"}}
{{/memo}}
{{/each}}
{{> own Env.A}} {{upper (eval "own" Env.B)}} {{#let (eval "tail" this) as |text|}}{{text}}{{/let}}
{{#writeFile "a.conf"}}{{Env.A}}{{/writeFile}}
`;
const PARTIALS = { tail: 'Tail {{mark}}{{> end}}', end: ' – grün', other: 'unused' };

const sites = [
  { host: 'a.test', routes: [{ path: '/' }, { path: '/x' }] },
  { host: 'b.test', routes: [] },
];
const seen = context({ sites, Env: { A: 'one', B: 'two' } });

/** @param edit is made in the code, to tell it from what is compiled now. */
function precompiled(from: TemplateSource, edit = (code: string) => code): Precompiled {
  return runInThisContext(`(${edit(precompile(from))})`) as Precompiled;
}

/** All that there is to be seen of a rendering. */
function rendered(from: TemplateSource, ahead?: Precompiled) {
  const template = createEngine(testFiles, ahead).compile(from);
  const files: unknown[] = [];
  const chunks = template.render(seen, { onFile: (file) => files.push(file) });
  return { name: template.name, hash: template.hash, chunks, files };
}

function failure(from: TemplateSource, ahead?: Precompiled): unknown {
  try {
    rendered(from, ahead);
  } catch (error) {
    const { message, mistakes } = error as { message: string; mistakes: unknown };
    return { message, mistakes };
  }
  throw new Error('nothing failed');
}

describe('a template that was compiled ahead', () => {
  it('renders what it renders when it is compiled now', () => {
    const from = source(TEXT, PARTIALS);
    const now = rendered(from);
    expect(now.chunks.join('')).toContain('Site a.test: / of a.test: /x of a.test by h2\nTail !');
    expect(rendered(from, precompiled(from))).toEqual(now);
  });

  it('keeps the texts of memo blocks', () => {
    const from = source('{{#each sites}}{{#memo this}}{{host}} {{/memo}}{{/each}}');
    const template = createEngine(testFiles, precompiled(from)).compile(from);
    let reads = 0;
    const site = {
      get host() {
        reads += 1;
        return 'a.test';
      },
    };
    const seen = context({ sites: [site, { host: 'b.test' }] });
    expect(template.render(seen).join('')).toBe('a.test b.test ');
    const once = reads;
    expect(template.render(seen).join('')).toBe('a.test b.test ');
    expect([once > 0, reads]).toEqual([true, once]);
  });

  it('says where a helper failed: in the file that the user named, or in which partial', () => {
    for (const [text, partial] of [
      ['\n{{semver Env.A}}', ''],
      ['{{> p}}', '\n\n {{Env}}'],
      ['{{#memo Env}}{{semver "x"}}{{/memo}}', ''],
    ] as const) {
      const from = source(text, { p: partial });
      const elsewhere = { ...from, name: '/else/where.hbs' };
      expect(failure(elsewhere, precompiled(from))).toEqual(failure(elsewhere));
    }
    expect(failure(source('{{semver "x"}}'), precompiled(source('{{semver "x"}}')))).toMatchObject({
      message: expect.stringContaining('test.hbs:1:1'),
    });
  });

  describe('is used for nothing but the very texts', () => {
    const from = source(TEXT, PARTIALS);
    const ahead = precompiled(from, (code) => code.replace('Site ', 'Ahead '));
    const isUsed = (other: TemplateSource): boolean => {
      const text = rendered(other, ahead).chunks.join('');
      expect(text).toMatch(/^(?:Ahead|Site) a\.test/);
      return text.startsWith('Ahead');
    };

    it('whatever it is called, and whatever else lies beside it', () => {
      expect(isUsed(from)).toBe(true);
      expect(isUsed({ ...from, name: 'copy.hbs' })).toBe(true);
      expect(isUsed(source(TEXT, { ...PARTIALS, other: 'edited', more: 'new' }))).toBe(true);
    });

    it.each([
      ['another text', source(`${TEXT} `, PARTIALS)],
      ['another partial', source(TEXT, { ...PARTIALS, end: ' - ' })],
      ['a partial in the place of one of its own', source(TEXT, { ...PARTIALS, own: 'file' })],
      ['a set', { ...from, others: [{ name: 'more.hbs', text: '' }] }],
    ])('not for %s', (_, other) => {
      expect(isUsed(other)).toBe(false);
    });

    it('nor after it was edited, until that is undone', () => {
      const engine = createEngine(testFiles, ahead);
      const first = engine.compile(from);
      const edited = engine.compile(source(TEXT, { ...PARTIALS, end: ' - ' }));
      expect(edited.render(seen).join('')).toMatch(/^Site a\.test/);
      expect(engine.compile(source(TEXT, PARTIALS))).toBe(first);
    });
  });

  it('finds the mistakes of a text that is another one', () => {
    const from = source('{{upper Env.A}}');
    const broken = source('{{uper Env.A}}');
    expect(failure(broken, precompiled(from))).toEqual(failure(broken));
  });

  it('is none that may reach any partial', () => {
    expect(() => precompile(source('{{> (concat "a" Env.A)}}', { a: '' }))).toThrow(
      'cannot be compiled ahead',
    );
    expect(() => precompile({ ...source(''), others: [{ name: 'b', text: '' }] })).toThrow(
      'cannot be compiled ahead',
    );
  });
});
