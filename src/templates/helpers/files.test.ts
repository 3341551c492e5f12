import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { testFiles } from '../testing/files.ts';
import { fileHelpers, notingFiles } from './files.ts';

describe('files', () => {
  it('asks the given file access, and counts as impure', () => {
    expect(call('exists', '/etc/certs')).toBe(true);
    expect(call('exists', '/elsewhere')).toBe(false);
    expect(call('dir', '/etc/certs')).toEqual(['a.crt', 'a.key']);
    const pure = fileHelpers(testFiles).filter((helper) => helper.pure);
    expect(pure.map(({ name }) => name)).toEqual(['includeKept']);
  });

  it('takes what cannot be read for empty', () => {
    expect(call('include', '/elsewhere')).toBe('');
    expect(call('include', '/etc/certs')).toBe('');
    expect(call('dir', '/elsewhere')).toEqual([]);
  });

  it('tells of every path, found or not', () => {
    const noted: string[] = [];
    const helpers = fileHelpers(notingFiles(testFiles, (path) => noted.push(path)));
    for (const { name, args, fn } of helpers) fn(`/no/${name}`, ...args.slice(1).map(() => ''));
    expect(noted).toEqual(['/no/exists', '/no/include', '/no/includeKept', '/no/dir']);
  });
});
