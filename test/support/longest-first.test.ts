import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LONG } from './longest-first.ts';

it.each(LONG)('begins with a file that is there: %s', (file) => {
  expect(existsSync(`test/${file}`)).toBe(true);
});
