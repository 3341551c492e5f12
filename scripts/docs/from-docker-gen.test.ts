import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { context, source, testEngine } from '../../src/templates/testing/render.ts';

const page = readFileSync('docs/from-docker-gen.md', 'utf8');

/** The text of the first code block of a language. */
function block(section: string, language: string): string {
  const found = section.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``));
  return found?.[1] ?? expect.unreachable(`no ${language} block`);
}

const examples = page
  .split('\n## Worked example: ')
  .slice(1)
  .map((section) => ({ title: section.slice(0, section.indexOf('\n')), section }));

/** What stands for each construct of Go's. */
const rows = [...page.matchAll(/^\| `\{\{.*?` \| `(.*?)` \|/gm)].map(([, cell = '']) =>
  cell.replaceAll('\\|', '|'),
);

describe('docs/from-docker-gen.md', () => {
  it('has two worked examples and a table', () => {
    expect(examples).toHaveLength(2);
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(examples)('renders what it says: $title', ({ section }) => {
    const template = testEngine().compile(source(block(section, 'handlebars')));
    const fields = context(JSON.parse(block(section, 'json')));
    expect(template.render(fields).join('')).toBe(block(section, 'text'));
  });

  it.each(rows)('shows a template without a mistake: %s', (text) => {
    const template = testEngine().compile(source(text));
    expect(() => template.render(context(SAMPLE))).not.toThrow();
  });
});

const SAMPLE = {
  ID: '0123456789abcdef',
  Name: 'web',
  Aliases: ['a'],
  Env: { DOMAIN: 'a.test', PORT: '80', HOST: 'a.test' },
  Labels: { 'com.example.role': 'web' },
  Addresses: [{ Port: '80' }],
  Networks: [{ IP: '172.18.0.2' }],
};
