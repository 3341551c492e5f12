import { describe, expect, it } from 'vitest';
import { chooseClientAuthentication, parseClientVerification } from './client-authentication.ts';
import { type ClientAuthority, NO_FILES } from './proxy-files.ts';

const NOW = Date.UTC(2026, 0, 1);

function authority(name: string, more: { crl?: string; crlNextUpdate?: number } = {}) {
  return {
    kind: 'usable',
    name,
    certificate: `/certs/${name}.ca.crt`,
    digest: 'd',
    ...more,
  } as const;
}

function choose(host: string, authorities: readonly ClientAuthority[], verification = 'on') {
  const parsed = parseClientVerification(verification);
  if (parsed.kind === 'invalid') throw new Error(parsed.reason);
  const clientAuthorities = new Map(authorities.map((one) => [one.name, one]));
  return chooseClientAuthentication(
    { host, key: host },
    parsed.value,
    { ...NO_FILES, clientAuthorities },
    NOW,
  );
}

describe('client authentication', () => {
  it('asks nobody without an authority', () => {
    expect(choose('a.test', [authority('b.test')])).toEqual({ kind: 'none' });
  });

  it("prefers the host's own authority to that of all hosts", () => {
    const all = [authority(''), authority('a.test')];
    expect(choose('a.test', all)).toMatchObject({ authority: { name: 'a.test' } });
    expect(choose('b.test', all, 'Optional')).toMatchObject({
      kind: 'verify',
      verification: 'optional',
      authority: { name: '' },
    });
  });

  it('finds the authority of a regular expression by its key', () => {
    const clientAuthorities = new Map([['k'.repeat(40), authority('k'.repeat(40))]]);
    const site = { host: '~^a$', key: 'k'.repeat(40) };
    expect(
      chooseClientAuthentication(site, 'on', { ...NO_FILES, clientAuthorities }, NOW),
    ).toMatchObject({ kind: 'verify' });
  });

  it('asks nobody when a site turns it off', () => {
    expect(choose('a.test', [authority('')], 'off')).toEqual({ kind: 'none' });
  });

  it('refuses everybody while the authority cannot be used, whatever lies beside it', () => {
    const broken = {
      kind: 'unusable',
      name: 'a.test',
      reason: '/certs/a.test.ca.crt is empty',
    } as const;
    expect(choose('a.test', [broken, authority('')])).toEqual({
      kind: 'refuse',
      problem: '/certs/a.test.ca.crt is empty; until then every client of a.test is refused',
    });
  });

  it.each([
    [NOW - 1, 1],
    [NOW + 1, 0],
  ])('tells of a list of revoked certificates that is outdated', (crlNextUpdate, problems) => {
    const found = choose('a.test', [
      authority('a.test', { crl: '/certs/a.test.crl.pem', crlNextUpdate }),
    ]);
    expect(found.kind === 'verify' && found.problems).toHaveLength(problems);
  });

  it.each(['', 'yes', 'on; return 200', 'optional-no-ca'])('does not take %j', (text) => {
    expect(parseClientVerification(text)).toEqual({
      kind: 'invalid',
      reason: 'it is one of on, off, optional, optional_no_ca',
    });
  });
});
