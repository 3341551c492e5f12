import { describe, expect, it } from 'vitest';
import { inAnyCase } from './any-case.ts';

const anyCase = (...keys: readonly string[]) => {
  const { entries, problems } = inAnyCase(new Map(keys.map((key) => [key, key])));
  return { found: Object.fromEntries(entries), problems };
};

describe('inAnyCase', () => {
  it('finds a name in capitals in lower case too', () => {
    expect(anyCase('/Users/Example.com', '/Users/b.test')).toEqual({
      found: {
        '/Users/Example.com': '/Users/Example.com',
        '/Users/example.com': '/Users/Example.com',
        '/Users/b.test': '/Users/b.test',
      },
      problems: [],
    });
  });

  it('prefers the one in lower case', () => {
    expect(anyCase('A.test', 'a.test')).toEqual({
      found: { 'A.test': 'A.test', 'a.test': 'a.test' },
      problems: [],
    });
  });

  it('takes the first of several, and tells of the others', () => {
    const { found, problems } = anyCase('/users/a.Test', '/users/A.test');
    expect(found['/users/a.test']).toBe('/users/A.test');
    expect(problems).toEqual([
      {
        path: '/users/a.Test',
        reason:
          'is left out, for /users/A.test has the same name in another case, and hosts know no case: leave one of them, called a.test',
      },
    ]);
  });

  it('takes no name in capitals for one that stands for all hosts', () => {
    expect(anyCase('Default', '/sites/DEFAULT_location').found).toEqual({
      Default: 'Default',
      '/sites/DEFAULT_location': '/sites/DEFAULT_location',
    });
  });
});
