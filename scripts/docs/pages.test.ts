import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pages } from './pages.ts';

describe('generated pages', () => {
  it.each(pages)('%s is what the code says; if not, run npm run docs', (path, render) => {
    expect(readFileSync(path, 'utf8')).toBe(render());
  });
});
