import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { fileHelpers } from './files.ts';

describe('files', () => {
  it('asks the given file access, and counts as impure', () => {
    expect(call('exists', '/there')).toBe(true);
    expect(call('exists', '/elsewhere')).toBe(false);
    expect(fileHelpers({ exists: () => false })).toMatchObject([{ name: 'exists', pure: false }]);
  });
});
