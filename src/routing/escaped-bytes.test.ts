import { expect, it } from 'vitest';
import { escapedBytes } from './escaped-bytes.ts';

it.each([
  ['', 0],
  ['abc', 3],
  ['"\\', 4],
  ['ü€\u{1f600}', 9],
])('%j takes %d bytes', (text, bytes) => {
  expect(escapedBytes(text)).toBe(bytes);
});
