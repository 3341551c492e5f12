import { describe, expect, it } from 'vitest';
import { aCertificate, DAY, filesWith, NOW } from '../../test/support/routing-files.ts';
import type { ClientAuthority } from './proxy-files.ts';
import type { HttpsMethod, ProxySettings } from './proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';
import { entriesOf, type SiteValues } from './tls.ts';
import { tlsPolicyNamed } from './tls-policies.ts';

const own = aCertificate('a.test');
const authority: ClientAuthority = {
  kind: 'usable',
  name: 'a.test',
  certificate: '/certs/a.test.ca.crt',
  digest: 'd',
};

function enter(
  values: SiteValues,
  {
    files = filesWith({ certificates: [own] }),
    settings = {},
  }: {
    readonly files?: ReturnType<typeof filesWith>;
    readonly settings?: Partial<ProxySettings>;
  } = {},
) {
  const around = { settings: { ...DEFAULT_PROXY_SETTINGS, ...settings }, files, now: NOW };
  return entriesOf({ host: 'a.test', key: 'a.test' }, values, { http: 80, https: 443 }, around);
}

const none = { files: filesWith({}) };

describe('the entries of a site', () => {
  // With a certificate, then without one, then without one where that is not to be mended by HTTP.
  it.each<[HttpsMethod, string, string, string]>([
    ['redirect', 'redirect serve', 'serve refuse', 'redirect refuse'],
    ['noredirect', 'serve serve', 'serve refuse', 'serve refuse'],
    ['nohttp', 'off serve', 'serve refuse', 'off refuse'],
    ['nohttps', 'serve off', 'serve off', 'serve off'],
  ])('with %s are %s, without a certificate %s, and without HTTP for it %s', (method, ...kinds) => {
    const inContainer = { httpsMethod: method };
    const inProxy = { httpsMethod: method };
    const shown = ({ http, https }: ReturnType<typeof enter>) => `${http.kind} ${https.kind}`;
    expect([
      shown(enter(inContainer)),
      shown(enter(inContainer, none)),
      shown(enter({ ...inContainer, httpOnMissingCert: false }, none)),
    ]).toEqual(kinds);
    expect([
      shown(enter({}, { settings: inProxy })),
      shown(enter({}, { settings: inProxy, ...none })),
      shown(enter({}, { settings: { ...inProxy, httpOnMissingCert: false }, ...none })),
    ]).toEqual(kinds);
    // The container's word goes before the proxy's.
    expect(shown(enter(inContainer, { settings: { httpsMethod: 'nohttps' } }))).toBe(kinds[0]);
    expect(
      shown(
        enter(
          { ...inContainer, httpOnMissingCert: true },
          { settings: { httpOnMissingCert: false }, ...none },
        ),
      ),
    ).toBe(kinds[1]);
  });

  it('redirect with 301 to the HTTPS port, other methods with the status that was asked for', () => {
    const redirect = { kind: 'redirect', port: 80, status: 301, nonGetStatus: 301, toPort: 443 };
    expect(enter({}).http).toEqual(redirect);
    expect(enter({}, { settings: { nonGetRedirect: 307 } }).http).toEqual({
      ...redirect,
      nonGetStatus: 307,
    });
    expect(enter({ nonGetRedirect: 308 }, { settings: { nonGetRedirect: 307 } }).http).toEqual({
      ...redirect,
      nonGetStatus: 308,
    });
  });

  it('speak TLS as the proxy does, or as the site asks', () => {
    expect(enter({}).https).toEqual({
      kind: 'serve',
      port: 443,
      certificate: own,
      policy: tlsPolicyNamed('Mozilla-Intermediate'),
      http2: true,
      http3: false,
      hsts: 'max-age=31536000',
    });
    const modern = tlsPolicyNamed('Mozilla-Modern');
    const asked = { policy: modern, http2: false, http3: true, hsts: 'max-age=1' };
    const wish = { tlsPolicy: modern, http2: false, http3: true, hsts: 'max-age=1' };
    expect(enter(wish).https).toMatchObject(asked);
    expect(enter({}, { settings: wish }).https).toMatchObject(asked);
  });

  it.each<[HttpsMethod, string]>([
    ['redirect', 'max-age=31536000'],
    ['nohttp', 'max-age=31536000'],
    ['noredirect', ''],
  ])('with %s send %j as HSTS', (method, hsts) => {
    expect(enter({ httpsMethod: method }).https).toMatchObject({ hsts });
    expect(enter({ httpsMethod: method, hsts: '' }).https).toMatchObject({ hsts: '' });
  });

  it('speak no HTTP/3 where the policy lacks TLS 1.3, which it is made of', () => {
    const old = tlsPolicyNamed('AWS-2016-08');
    const { https, problems } = enter({ http3: true, tlsPolicy: old });
    expect(https).toMatchObject({ http3: false });
    expect(problems).toEqual([
      'HTTP/3 needs TLS 1.3, which the policy AWS-2016-08 does not have: HTTP/3 is off',
    ]);
    // The proxy's wish is one for all that can.
    expect(enter({ tlsPolicy: old }, { settings: { http3: true } })).toMatchObject({
      https: { http3: false },
      problems: [],
    });
  });

  it.each<[ProxySettings['acme'], HttpsMethod, boolean]>([
    ['true', 'redirect', true],
    ['true', 'noredirect', true],
    ['true', 'nohttps', true],
    ['true', 'nohttp', false],
    ['legacy', 'redirect', true],
    ['legacy', 'noredirect', false],
    ['legacy', 'nohttps', false],
    ['false', 'redirect', false],
  ])('with ACME %s and %s answer challenges: %s', (acme, httpsMethod, answers) => {
    expect(enter({ acme, httpsMethod }).acme).toBe(answers);
    expect(enter({}, { settings: { acme, httpsMethod } }).acme).toBe(answers);
  });
});

describe('the certificate of a site', () => {
  const fallback = aCertificate('default');

  it('is the default one unless that is not trusted, by the site or by the proxy', () => {
    const files = filesWith({ certificates: [fallback] });
    expect(enter({}, { files }).https).toMatchObject({ certificate: fallback });
    expect(enter({ trustDefaultCert: false }, { files }).https).toEqual({
      kind: 'refuse',
      port: 443,
    });
    const settings = { trustDefaultCert: false };
    expect(enter({}, { files, settings }).https.kind).toBe('refuse');
    expect(enter({ trustDefaultCert: true }, { files, settings }).https.kind).toBe('serve');
  });

  it('is the named one alone', () => {
    const files = filesWith({ certificates: [own, fallback] });
    expect(enter({ certName: 'default' }, { files }).https).toMatchObject({
      certificate: fallback,
    });
    expect(enter({ certName: 'other' }, { files })).toMatchObject({
      http: { kind: 'serve' },
      https: { kind: 'refuse' },
      problems: ['there is no certificate other.crt with a key other.key'],
    });
  });

  it('that cannot be used takes its site from HTTPS, and not to HTTP', () => {
    const reason = '/certs/a.test.key is not the key of /certs/a.test.crt';
    const files = filesWith({ certificates: [{ kind: 'unusable', name: 'a.test', reason }] });
    const refused = { https: { kind: 'refuse' }, problems: [reason] };
    expect(enter({}, { files })).toMatchObject({ http: { kind: 'redirect' }, ...refused });
    expect(enter({ httpsMethod: 'nohttp' }, { files }).http).toEqual({ kind: 'off' });
    // Who wants HTTP besides has it.
    const besides = enter({ httpsMethod: 'noredirect' }, { files });
    expect(besides).toMatchObject({ http: { kind: 'serve' }, ...refused });
    const weak = filesWith({ certificates: [aCertificate('a.test', { securityLevel: 0 })] });
    expect(enter({}, { files: weak }).http.kind).toBe('redirect');
  });

  it('of which a half is not there is none yet', () => {
    const half = { kind: 'unusable', name: 'a.test', reason: 'x', isIncomplete: true } as const;
    const files = filesWith({ certificates: [half] });
    expect(enter({}, { files })).toMatchObject({
      http: { kind: 'serve' },
      https: { kind: 'refuse' },
      problems: ['x'],
    });
  });

  it('that nobody can look for takes no site to HTTP', () => {
    const files = filesWith({ unread: { users: false, certificates: true } });
    expect(enter({}, { files })).toMatchObject({
      http: { kind: 'redirect' },
      https: { kind: 'refuse' },
    });
  });

  it('is an expired one rather than none', () => {
    const expired = aCertificate('a.test', { notAfter: NOW - DAY });
    const { https, problems } = enter({}, { files: filesWith({ certificates: [expired] }) });
    expect(https).toMatchObject({ kind: 'serve', certificate: expired });
    expect(problems).toEqual([expect.stringMatching(/expired on 2025-12-31: renew it$/)]);
  });
});

describe('the clients of a site', () => {
  const files = filesWith({ certificates: [own], authorities: [authority] });

  it('show a certificate where there is an authority, as the site asks', () => {
    expect(enter({}, { files }).https).toMatchObject({
      clients: { kind: 'verify', verification: 'on', authority },
    });
    expect(enter({ verifyClient: 'optional' }, { files }).https).toMatchObject({
      clients: { verification: 'optional' },
    });
    expect(enter({ verifyClient: 'off' }, { files }).https).not.toHaveProperty('clients');
    expect(enter({}).https).not.toHaveProperty('clients');
  });

  it('are refused when the authority cannot be used, and HTTP does not let them in', () => {
    const reason = '/certs/a.test.ca.crt is no certificate';
    const broken = filesWith({
      certificates: [own],
      authorities: [{ kind: 'unusable', name: 'a.test', reason }],
    });
    expect(enter({}, { files: broken })).toMatchObject({
      http: { kind: 'redirect' },
      https: { kind: 'refuse' },
      problems: [`${reason}; until then every client of a.test is refused`],
    });
  });

  it('are nobody’s business without HTTPS', () => {
    const broken = filesWith({ authorities: [{ kind: 'unusable', name: 'a.test', reason: 'x' }] });
    expect(enter({ httpsMethod: 'nohttps' }, { files: broken })).toMatchObject({
      https: { kind: 'off' },
      problems: [],
    });
  });

  it('are told of by a problem when their list of revocations is outdated', () => {
    const outdated: ClientAuthority = {
      ...authority,
      crl: '/certs/a.test.crl.pem',
      crlNextUpdate: NOW,
    };
    const { https, problems } = enter(
      {},
      { files: filesWith({ certificates: [own], authorities: [outdated] }) },
    );
    expect(https).toMatchObject({ clients: { authority: outdated } });
    expect(https).not.toHaveProperty('clients.problems');
    expect(problems).toEqual([expect.stringMatching(/^the list of revoked certificates/)]);
  });
});
