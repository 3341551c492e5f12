import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { filesWith, PLACES } from '../../test/support/routing-files.ts';
import { filePlacesOf, hookName, routeHooks, siteHook } from './hooks.ts';
import { parsePath } from './paths.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

/** Takes the file that was found away, until there is none: the order in which they count. */
function precedence(
  hooks: readonly string[],
  find: (files: ReturnType<typeof filesWith>) => { readonly path: string } | undefined,
): readonly string[] {
  const order: string[] = [];
  for (let left = [...hooks]; ; ) {
    const found = find(filesWith({ hooks: left }));
    if (!found) return order;
    order.push(found.path);
    left = left.filter((path) => path !== found.path);
  }
}

describe('the files of the operator', () => {
  it('are called by the host, a regex by its SHA-1', () => {
    expect(hookName('a.test', 'exact')).toBe('a.test');
    expect(hookName('*.a.test', 'wildcard-prefix')).toBe('*.a.test');
    expect(hookName('~^a$', 'regex')).toBe(sha1('~^a$'));
  });

  it('are looked for where the places say', () => {
    expect(filePlacesOf(PLACES)).toEqual({
      hookFolders: ['/sites', '/users'],
      users: '/users',
      hookFiles: ['/headers', '/internal', '/fastcgi', '/50x.html'],
      certificates: '/certs',
      dhparam: '/dhparam',
    });
  });

  it('let nobody in as long as the folder of users could not be read', () => {
    const unread = { users: true, certificates: false };
    const route = { path: '/', pathKind: 'prefix' } as const;
    const users = (files: ReturnType<typeof filesWith>) =>
      routeHooks('a.test', route, files, PLACES).users?.path;
    expect(users(filesWith({ unread }))).toBe('/users/a.test');
    expect(users(filesWith({}))).toBeUndefined();
  });

  it('for a site: that of its host, else the default', () => {
    const all = ['/sites/a.test', '/sites/default', '/sites/b.test', '/users/a.test'];
    expect(precedence(all, (files) => siteHook('a.test', files, PLACES))).toEqual([
      '/sites/a.test',
      '/sites/default',
    ]);
  });

  // What stands in them is for a location; elsewhere the proxy would refuse its configuration.
  it.each(['a.test_location', 'default_location', 'a.test_location_override'])(
    'for a site are none that are for a location: a host called %s',
    (host) => {
      const files = filesWith({ hooks: [`/sites/${host}`] });
      expect(siteHook(host, files, PLACES)).toBeUndefined();
    },
  );

  const names = (path: string) => {
    const hash = sha1(path);
    return [
      ...['a.test', 'a.test_location', 'default_location', 'default', 'a.test_location_override'],
      ...[`a.test_${hash}_location`, `a.test_${hash}_location_override`, `a.test_${hash}`],
    ];
  };
  const hooksOf = (path: string, files: ReturnType<typeof filesWith>) => {
    const parsed = parsePath(path);
    if (parsed.kind === 'invalid') throw new Error(parsed.reason);
    return routeHooks('a.test', parsed.value, files, PLACES);
  };

  it.each(['/', '/api', '~^/x$', '~*\\.php$'])(
    'for the path %s: its own, the host’s, the default',
    (path) => {
      const all = names(path).flatMap((name) => [`/sites/${name}`, `/users/${name}`]);
      const own = `a.test_${sha1(path)}`;
      expect(precedence(all, (files) => hooksOf(path, files).hook)).toEqual([
        `/sites/${own}_location`,
        '/sites/a.test_location',
        '/sites/default_location',
      ]);
      expect(precedence(all, (files) => hooksOf(path, files).override)).toEqual([
        `/sites/${own}_location_override`,
        // A host as a whole can be overridden at its root alone.
        ...(path === '/' ? ['/sites/a.test_location_override'] : []),
      ]);
      expect(precedence(all, (files) => hooksOf(path, files).users)).toEqual([
        `/users/${own}`,
        '/users/a.test',
      ]);
      expect(hooksOf(path, filesWith({}))).toEqual({});
    },
  );
});
