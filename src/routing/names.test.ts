import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseHost } from './hosts.ts';
import { siteKey, upstreamName } from './names.ts';

function keyOf(text: string): string {
  const parsed = parseHost(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.reason);
  return siteKey(parsed.value.host, parsed.value.kind);
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const NAMED = { hashed: false };

describe('the key of a site', () => {
  it.each(['example.com', '192.0.2.1', 'a-b.test'])('is the host itself: %s', (host) => {
    expect(keyOf(host)).toBe(host);
  });

  it.each([
    ['*.example.com', /^example\.com_[0-9a-f]{40}$/],
    ['example.*', /^example_[0-9a-f]{40}$/],
    ['my_host', /^my-host_[0-9a-f]{40}$/],
    ['[2001:db8::1]', /^2001-db8-1_[0-9a-f]{40}$/],
    ['~^(www|api)\\.Example\\.com$', /^[0-9a-f]{40}$/],
  ])('has a hash for %s', (host, key) => {
    expect(keyOf(host)).toMatch(key);
  });

  it('cannot be made to look like the name of another upstream', () => {
    const site = { host: 'example.com', key: keyOf('example.com') };
    const victim = upstreamName(site, { path: '/api', pathKind: 'prefix' }, NAMED);
    expect(victim).toBe(`example.com-${sha1('/api')}`);
    expect(keyOf(victim)).not.toBe(victim);
    expect(keyOf(`x.${keyOf('*.example.com')}`)).toContain('_');
    const regex = keyOf('~^a$');
    expect(regex).toBe(sha1('~^a$'));
    expect(keyOf(regex)).not.toBe(regex);
  });
});

describe('the name of an upstream', () => {
  const site = { host: 'a.test', key: 'a.test' };

  it('is the key for the root, and has a hash for any other path', () => {
    const names = [
      upstreamName(site, { path: '/', pathKind: 'prefix' }, NAMED),
      upstreamName(site, { path: '/api', pathKind: 'prefix' }, NAMED),
      upstreamName(site, { path: '/', pathKind: 'regex' }, NAMED),
      upstreamName(site, { path: '/', pathKind: 'regex-ignore-case' }, NAMED),
    ];
    expect(names[0]).toBe('a.test');
    expect(new Set(names).size).toBe(4);
  });

  it('is the SHA-1 of the host where names are hashed', () => {
    const hashed = { hashed: true };
    expect(upstreamName(site, { path: '/', pathKind: 'prefix' }, hashed)).toBe(sha1('a.test'));
    expect(upstreamName(site, { path: '/x', pathKind: 'prefix' }, hashed)).toBe(
      `${sha1('a.test')}-${sha1('/x')}`,
    );
  });
});
