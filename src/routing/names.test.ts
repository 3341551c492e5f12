import { describe, expect, it } from 'vitest';
import { siteKey, upstreamName } from './names.ts';

describe('the key of a site', () => {
  it.each(['example.com', '192.0.2.1', 'a-b.test'])('is the host itself: %s', (host) => {
    expect(siteKey(host)).toBe(host);
  });

  it.each([
    ['*.example.com', /^example\.com_[0-9a-f]{40}$/],
    ['example.*', /^example_[0-9a-f]{40}$/],
    ['my_host', /^my-host_[0-9a-f]{40}$/],
    ['[2001:db8::1]', /^2001-db8-1_[0-9a-f]{40}$/],
    ['~^(www|api)\\.Example\\.com$', /^www-api-\.example-\.com_[0-9a-f]{40}$/],
    ['~.*', /^_[0-9a-f]{40}$/],
  ])('has a hash for %s', (host, key) => {
    expect(siteKey(host)).toMatch(key);
  });

  it('cannot be made to look like the name of another upstream', () => {
    const victim = upstreamName(siteKey('example.com'), { path: '/api', pathKind: 'prefix' });
    expect(victim).toMatch(/^example\.com-[0-9a-f]{40}$/);
    expect(siteKey(victim)).not.toBe(victim);
    expect(siteKey(`x.${siteKey('*.example.com')}`)).toContain('_');
  });
});

describe('the name of an upstream', () => {
  it('is the key for the root, and has a hash for any other path', () => {
    const names = [
      upstreamName('a', { path: '/', pathKind: 'prefix' }),
      upstreamName('a', { path: '/api', pathKind: 'prefix' }),
      upstreamName('a', { path: '/', pathKind: 'regex' }),
      upstreamName('a', { path: '/', pathKind: 'regex-ignore-case' }),
    ];
    expect(names[0]).toBe('a');
    expect(new Set(names).size).toBe(4);
  });
});
