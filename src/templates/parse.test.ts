import { describe, expect, it } from 'vitest';
import { source, testEngine } from './testing/render.ts';

describe('a template that cannot be parsed', () => {
  it.each([
    {
      text: 'server {\n\tlisten {{port;\n}',
      message: [
        'test.hbs:2:11: no name, value or }} can be read from here on',
        '\tlisten {{port;',
        '\t         ^',
      ],
    },
    {
      text: 'a\n{{#each sites}}\n{{#if x}}{{/if}}\n{{!-- {{#no}} --}}\n',
      message: ['test.hbs:2:1: {{#each}} is never closed', '{{#each sites}}', '^'],
    },
    {
      text: '{{#if x}}{{/each}}',
      message: ['test.hbs:1:4: {{#if}} is closed by {{/each}}', '{{#if x}}{{/each}}', '   ^'],
    },
    {
      text: 'a\r\nb {{/if}}\r\n',
      message: [
        'test.hbs:2:3: nothing is open here that this could close or continue',
        'b {{/if}}',
        '  ^',
      ],
    },
    {
      text: '{{eq (len a) ',
      message: [
        'test.hbs:1:14: the template ends inside this tag',
        '{{eq (len a) ',
        '             ^',
      ],
    },
    {
      text: '{{eq (len a 1}}',
      message: ['test.hbs:1:14: a ) is missing here', '{{eq (len a 1}}', '             ^'],
    },
    {
      text: '{{eq len a) 1}}',
      message: ['test.hbs:1:11: there is no ( for this )', '{{eq len a) 1}}', '          ^'],
    },
    {
      text: '{{}}',
      message: ['test.hbs:1:3: a name or value is missing here', '{{}}', '  ^'],
    },
    {
      text: '{{#if =}}{{/if}}',
      message: ['test.hbs:1:7: a name or value is expected here', '{{#if =}}{{/if}}', '      ^'],
    },
    {
      text: '{{#each a as |b| c}}{{/each}}',
      message: [
        'test.hbs:1:18: a }} is expected here',
        '{{#each a as |b| c}}{{/each}}',
        '                 ^',
      ],
    },
    {
      text: '{{a/../b}}',
      message: ['test.hbs:1:3: Invalid path: a/..', '{{a/../b}}', '  ^'],
    },
  ])('says where and why: $text', ({ text, message }) => {
    const [first, ...excerpt] = message;
    const lines = [
      'Template test.hbs has a mistake:',
      `  ${first}`,
      ...excerpt.map((line) => `    ${line}`),
    ];
    expect(() => testEngine().compile(source(text))).toThrow(lines.join('\n'));
  });

  it('is found in a partial, along with other mistakes', () => {
    expect(() => testEngine().compile(source('{{bad 1}}{{> p}}', { p: '{{#if}}' }))).toThrow(
      [
        'Template test.hbs has 2 mistakes:',
        '  test.hbs:1:1: there is no helper "bad"',
        '  partial "p":1:1: {{#if}} is never closed',
        '    {{#if}}',
        '    ^',
      ].join('\n'),
    );
  });

  it('leaves the parser as it was', () => {
    const engine = testEngine();
    expect(() => engine.compile(source('{{#if'))).toThrow('mistake');
    expect(engine.compile(source('fine')).name).toBe('test.hbs');
  });
});
