import { describe, expect, it } from 'vitest';
import { createRouter } from '../../src/routing/build.ts';
import { REGEX_LIMIT } from '../../src/templates/quote.ts';
import { bundledTemplate, contextOf } from '../support/nginx-template.ts';
import { aContainer } from '../support/runtime-containers.ts';

/** With these PCRE would try for about a second before it gives a long row of letters up. */
const HOST = '^(h+)+\\.slow\\.test$';
const PATH = '^/(p+)+q$';

describe('a regular expression that takes long', () => {
  it.each([
    ['nginx.conf.hbs', 4],
    ['apache.conf.hbs', 6],
    ['haproxy.cfg.hbs', 4],
  ])('is given a limit wherever %s spells it', async (name, least) => {
    const template = await bundledTemplate(name);
    const web = (part: string, VIRTUAL_HOST: string, VIRTUAL_PATH: string) =>
      aContainer({ name: part, env: { VIRTUAL_HOST, VIRTUAL_PATH } });
    const containers = [
      web('host', `~${HOST}`, `~${PATH}`),
      web('path', 'a.test', `~${PATH}`),
      web('lax', 'b.test', `~*${PATH}`),
    ];
    const model = createRouter()({ containers, vantage: { kind: 'host' } });
    const texts: string[] = [];
    const chunks = template.render(contextOf(model), {
      onFile: (file) => texts.push(file.chunks.join('')),
    });
    texts.push(chunks.join(''));
    const spelt = texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => /\([hp]\+\)\+/.test(line) && !/^\s*#/.test(line));
    expect(spelt.length).toBeGreaterThanOrEqual(least);
    // Where it is no expression's first, PCRE takes it for something else.
    for (const line of spelt)
      expect(line).toMatch(/(?:^|[" ~])\(\*LIMIT_MATCH=\d+\)\S*\([hp]\+\)\+/);
    for (const line of spelt) expect(line).toContain(REGEX_LIMIT);
  });
});
