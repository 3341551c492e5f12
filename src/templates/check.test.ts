import { describe, expect, it } from 'vitest';
import { TsgenError } from '../base/errors.ts';
import { source, testEngine } from './testing/render.ts';

function messageFor(text: string, partials: Readonly<Record<string, string>> = {}): string {
  try {
    testEngine().compile(source(text, partials));
  } catch (error) {
    expect(error).toBeInstanceOf(TsgenError);
    expect(error).toMatchObject({ kind: 'template' });
    return (error as TsgenError).message;
  }
  return expect.unreachable('compiled');
}

describe('mistakes that are found before anything is rendered', () => {
  it('are listed all at once, with place and nearest name', () => {
    const text = [
      '{{#each (grupBy containers "Env.X")}}',
      '  {{> servr}}{{> main}}',
      '  {{#iff a}}{{/iff}}',
      '{{/each}}',
    ].join('\n');
    expect(
      messageFor(text, { main: 'x\n {{#if (nott a)}}{{/if}}', server: '', unused: '{{bad 1}}' }),
    ).toBe(
      [
        'Template test.hbs has 4 mistakes:',
        '  test.hbs:1:9: there is no helper "grupBy"; did you mean "groupBy"?',
        '  test.hbs:2:3: there is no partial "servr"; did you mean "server"?',
        '  test.hbs:3:3: there is no block helper "iff"; did you mean "if"?',
        '  partial "main":2:8: there is no helper "nott"; did you mean "not"?',
      ].join('\n'),
    );
  });

  it.each([
    ['{{frobnicate 1}}', '1:1: there is no helper "frobnicate"'],
    ['{{frobnicate a=1}}', '1:1: there is no helper "frobnicate"'],
    ['{{a.b 1}}', '1:1: there is no helper "a.b"'],
    ['{{@index 1}}', '1:1: there is no helper "@index"; did you mean "index"?'],
    ['{{"quoted" 1}}', '1:1: there is no helper "quoted"; did you mean "quote"?'],
    ['{{eq (frobnicate) 1}}', '1:6: there is no helper "frobnicate"'],
    ['{{> (frobnicate)}}', '1:5: there is no helper "frobnicate"'],
    ['{{> p x=(frobnicate)}}', '1:9: there is no helper "frobnicate"'],
    ['{{log "a"}}', '1:1: there is no helper "log"'],
    ['{{helperMissing 1}}', '1:1: there is no helper "helperMissing"'],
    [
      '{{#containers}}x{{/containers}}',
      '1:1: there is no block helper "containers"; for a field write {{#if containers}} or {{#each containers}}',
    ],
    [
      '{{#a.b}}x{{/a.b}}',
      '1:1: there is no block helper "a.b"; for a field write {{#if a.b}} or {{#each a.b}}',
    ],
    [
      '{{^a}}x{{/a}}',
      '1:1: there is no block helper "a"; for a field write {{#if a}} or {{#each a}}',
    ],
    ['{{^if a}}x{{/if}}', '1:1: write {{#unless …}} instead of {{^if}}'],
    ['{{#let a as |x|}}{{x 1}}{{/let}}', '1:18: "x" is a block parameter here, not a helper'],
    [
      '{{#keys a}}x{{/keys}}',
      '1:1: "keys" is no block helper: use its result, as in {{#each (keys …)}}',
    ],
    ['{{if a}}', '1:1: "if" needs a block: {{#if …}}…{{/if}}'],
    ['{{each}}', '1:1: "each" needs a block: {{#each …}}…{{/each}}'],
    ['{{join "," a b}}', '1:1: helper "join" takes 2 arguments (separator, list), got 3'],
    ['{{eq a}}', '1:1: helper "eq" takes 2 or more arguments (a, b, more …), got 1'],
    [
      '{{replace a "b"}}',
      '1:1: helper "replace" takes 3 to 4 arguments (text, old, new, [count]), got 2',
    ],
    [
      '{{first}}',
      '1:1: helper "first" takes 1 argument (list), got 0; for a field of that name write {{this.first}}',
    ],
    ['{{join "," list=a}}', '1:1: helper "join" takes no named arguments such as list='],
    [
      '{{#each a}}{{../../b}}{{/each}}',
      '1:14: ../../b leads out of the template: only 1 of the blocks around it changes the context',
    ],
    [
      '{{#if a}}{{../b}}{{/if}}',
      '1:12: ../b leads out of the template: no block around it changes the context',
    ],
    ['{{#each a as |x y z|}}{{/each}}', '1:1: helper "each" gives at most 2 names here, got 3'],
    ['{{#let a as |x y|}}{{/let}}', '1:1: helper "let" gives at most 1 names here, got 2'],
    ['{{#if a as |x|}}{{/if}}', '1:1: helper "if" gives at most 0 names here, got 1'],
    [
      '{{#let a as |x|}}{{#*inline "i"}}{{x.y}}{{/inline}}{{/let}}',
      '1:36: block parameter "x" is not known in an inline partial',
    ],
    [
      '{{#each a}}{{#*inline "i"}}{{../x}}{{/inline}}{{/each}}',
      '1:30: ../x leads out of the template: no block around it changes the context',
    ],
    ['{{#memo a}}{{> nowhere}}{{/memo}}', '1:12: there is no partial "nowhere" (there are: p)'],
    ['{{> p a b}}', '1:1: a partial takes one context, got 2'],
    ['{{> nowhere}}', '1:1: there is no partial "nowhere" (there are: p)'],
    ['{{#> nowhere}}x{{/nowhere}}', '1:1: there is no partial "nowhere" (there are: p)'],
    ['{{* shiny}}', '1:1: the only decorator is {{#*inline "name"}}…{{/inline}}'],
    [
      '{{{{raw}}}}x{{{{/raw}}}}',
      '1:1: there is no block helper "raw"; for a field write {{#if raw}} or {{#each raw}}',
    ],
  ])('%s', (text, mistake) => {
    expect(messageFor(text, { p: '' })).toBe(
      `Template test.hbs has a mistake:\n  test.hbs:${mistake}`,
    );
  });

  it.each([
    '{{absent}}{{a.b.c}}{{this.first}}{{./x}}{{@root.x}}{{@index}}',
    '{{#each a as |first|}}{{first}}{{/each}}',
    '{{#each a}}{{../b}}{{#with c}}{{../../d}}{{/with}}{{/each}}',
    '{{#if a}}{{else if b}}{{else}}{{/if}}',
    '{{#*inline "x"}}{{#each y}}{{../z}}{{/each}}{{/inline}}{{> x}}',
    '{{!-- {{bad 1}} --}}\\{{bad 1}}',
  ])('leaves %s alone', (text) => {
    expect(testEngine().compile(source(text)).name).toBe('test.hbs');
  });
});
