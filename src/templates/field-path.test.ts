import { describe, expect, it } from 'vitest';
import { fieldAt } from './field-path.ts';
import { bare } from './testing/render.ts';

describe('fieldAt', () => {
  const item = {
    Name: 'web',
    State: { Health: { Status: 'healthy' } },
    Addresses: [{ Port: '80' }, { Port: '443' }],
    Env: bare({ EMPTY: '', NULL: null }),
    Labels: bare({ com: 'short', 'com.example.role': 'api', 'a.b': 'ab' }),
  };

  it.each([
    ['Name', 'web'],
    ['.Name', 'web'],
    ['State.Health.Status', 'healthy'],
    ['Addresses.1.Port', '443'],
    ['Env.EMPTY', ''],
    ['Labels.com', 'short'],
    ['Labels.com.example.role', 'api'],
    ['Labels.a.b', 'ab'],
  ])('%s is %o', (path, value) => expect(fieldAt(item, path)).toBe(value));

  it.each([
    'Nmae',
    'Name.length',
    'Addresses.2.Port',
    'Env.NULL',
    'Env.MISSING',
    'Labels.com.example',
    'Labels.constructor',
    'constructor.name',
    '__proto__.toString',
    'a..b',
  ])('%s is absent', (path) => expect(fieldAt(item, path)).toBeUndefined());

  it('of an empty path is the item', () => expect(fieldAt(item, '')).toBe(item));

  it('of nothing is nothing', () => expect(fieldAt(undefined, 'a.b')).toBeUndefined());
});
