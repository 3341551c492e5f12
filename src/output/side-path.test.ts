import { describe, expect, it } from 'vitest';
import { sidePath } from './side-path.ts';

const destination = '/etc/conf/main.conf';

describe('sidePath', () => {
  it.each([
    ['a.conf', '/etc/conf/a.conf'],
    ['sites/a.conf', '/etc/conf/sites/a.conf'],
    ['x/../a.conf', '/etc/conf/a.conf'],
    ['/etc/conf/a.conf', '/etc/conf/a.conf'],
    ['a..b', '/etc/conf/a..b'],
    ['..a', '/etc/conf/..a'],
  ])('takes the author’s %s', (path, full) => {
    expect(sidePath(path, { isLiteral: true, destination })).toMatchObject({
      kind: 'allowed',
      path: full,
    });
  });

  it('lets an absolute path go anywhere that stands in the template', () => {
    expect(sidePath('/srv/x', { isLiteral: true, destination })).toEqual({
      kind: 'allowed',
      path: '/srv/x',
      confined: false,
    });
    expect(sidePath('/srv/x', { isLiteral: false, destination })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('it is absolute'),
    });
    const inside = { kind: 'allowed', path: '/etc/conf/x', confined: true };
    expect(sidePath('/etc/conf/x', { isLiteral: false, destination })).toEqual(inside);
  });

  it.each([
    ['', 'empty'],
    ['a\nb', 'control'],
    ['a\0', 'control'],
    ['sites/', 'a folder'],
    ['.', 'a folder'],
    ['x/..', 'a folder'],
    ['../a.conf', 'leaves'],
    ['x/../../a.conf', 'leaves'],
    ['../conf2/a.conf', 'leaves'],
    ['main.conf', 'the destination itself'],
    ['x/../main.conf', 'the destination itself'],
    ['.tsgen/main.conf/manifest.json', "tsgen's own"],
  ])('refuses %j, whoever says it', (path, reason) => {
    for (const isLiteral of [true, false]) {
      expect(sidePath(path, { isLiteral, destination })).toEqual({
        kind: 'refused',
        reason: expect.stringContaining(reason),
      });
    }
  });

  it.each(['.htaccess', 'x/.ssh/y', '..a'])('refuses %j when it was worked out', (path) => {
    expect(sidePath(path, { isLiteral: false, destination })).toEqual({
      kind: 'refused',
      reason: 'a name in it begins with a dot',
    });
    expect(sidePath(path, { isLiteral: true, destination }).kind).toBe('allowed');
  });

  it('keeps relative paths as they are where the destination is standard output', () => {
    const at = (path: string) => sidePath(path, { isLiteral: false, destination: '' });
    expect(at('x/../a.conf')).toMatchObject({ kind: 'allowed', path: 'a.conf' });
    expect(at('../a.conf')).toMatchObject({ kind: 'refused' });
    expect(at('/srv/a.conf')).toMatchObject({ kind: 'refused' });
    expect(sidePath('/srv/a', { isLiteral: true, destination: '' })).toMatchObject({
      path: '/srv/a',
    });
  });
});
