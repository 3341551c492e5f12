import { describe, expect, it } from 'vitest';
import { helperTable } from '../../src/templates/helpers/table.ts';
import { dockerGenFunctions, leftOut } from './docker-gen-functions.ts';
import { helpersPage } from './helpers.ts';
import { sprigFunctions } from './sprig-functions.ts';

const helpers = helperTable({ exists: () => false, read: () => undefined, list: () => undefined });
const names = new Set(helpers.map(({ name }) => name));

describe('the page of helpers', () => {
  it('knows all of docker-gen’s own functions, and each is a helper', () => {
    expect(dockerGenFunctions).toHaveLength(55);
    expect(dockerGenFunctions.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  it('has or explains every function of Sprig', () => {
    const explained = new Set(leftOut.flatMap((entry) => entry.names));
    expect(sprigFunctions).toHaveLength(209);
    const forgotten = sprigFunctions.filter((name) => !names.has(name) && !explained.has(name));
    expect(forgotten).toEqual([]);
    expect([...explained].filter((name) => names.has(name))).toEqual([]);
  });

  it('shows every helper, and links to what is there', () => {
    const page = helpersPage();
    const headings = new Set<string>();
    for (const [, heading = ''] of page.matchAll(/^#+ (.*)$/gm)) {
      const anchor = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
      headings.add(headings.has(anchor) ? `${anchor}-1` : anchor);
    }
    expect(page).toContain('[`splitN`](#splitn)');
    expect(page).toContain('[`sprigSplitn`](#splitn-1)');
    for (const name of names)
      expect(page).toMatch(new RegExp(`(?:^### ${name}$|also.*\`${name}\`)`, 'm'));
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.length).toBeGreaterThan(55);
    expect(links.filter((anchor) => !headings.has(anchor))).toEqual([]);
  });
});
