import { describe, expect, it } from 'vitest';
import {
  aCertificate,
  aHook,
  DAY,
  filesWith,
  NOW,
  PLACES,
} from '../../test/support/routing-files.ts';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { ProxyFiles } from './proxy-files.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';
import { tlsPolicyNamed } from './tls-policies.ts';

const certificates = [aCertificate('a.test'), aCertificate('b.test')];

/** Of sites a.test and b.test, each of a container with these labels. */
function frontOf(
  labels: { readonly a?: Record<string, string>; readonly b?: Record<string, string> } = {},
  settings: Partial<ProxySettings> = {},
  files: ProxyFiles = filesWith({ certificates }),
) {
  const containers = Object.entries(labels).map(([name, own]) =>
    aContainer({
      name,
      env: { VIRTUAL_HOST: `${name}.test` },
      labels: Object.fromEntries(
        Object.entries(own).map(([key, value]) => [`tsgen.${key}`, value]),
      ),
    }),
  );
  const { front, problems } = createRouter()({
    containers,
    vantage: aVantage('front'),
    settings: { ...DEFAULT_PROXY_SETTINGS, ...settings },
    files,
    places: PLACES,
    now: NOW,
  });
  return { ...front, ...front.fallback, problems };
}

const NOTHING = {};

describe('the ports of the fallback', () => {
  it.each<[string, Parameters<typeof frontOf>, number[], number[], number[]]>([
    ['the proxy’s own without a site', [], [80], [443], []],
    ['what was set', [{}, { httpPort: 8080, httpsPort: 8443 }], [8080], [8443], []],
    [
      'those of every site',
      [{ a: { 'external-http-port': '81', 'external-https-port': '444' }, b: NOTHING }],
      [80, 81],
      [443, 444],
      [],
    ],
    [
      'not of HTTP that is off',
      [{ a: { 'https-method': 'nohttp', 'external-http-port': '81' } }],
      [80],
      [443],
      [],
    ],
    [
      'not of HTTPS that is off',
      [{ a: { 'https-method': 'nohttps', 'external-https-port': '444' } }],
      [80],
      [443],
      [],
    ],
    [
      'not those on which a site is the default',
      [{ a: NOTHING, b: { 'external-http-port': '81' } }, { defaultHost: 'a.test' }],
      [81],
      [],
      [],
    ],
    [
      'those that the default site leaves',
      [{ a: { 'https-method': 'nohttps' } }, { defaultHost: 'a.test' }],
      [],
      [443],
      [],
    ],
    ['with HTTP/3 of the proxy', [{}, { http3: true }], [80], [443], [443]],
    [
      'with HTTP/3 of a site',
      [{ a: { 'http3.enable': 'true', 'external-https-port': '444' } }],
      [80],
      [443, 444],
      [444],
    ],
    [
      'without HTTP/3 of the default site',
      [{ a: { 'http3.enable': 'true' } }, { defaultHost: 'a.test' }],
      [],
      [],
      [],
    ],
    // Somebody has to take the port for UDP, or no worker would share it with the others.
    [
      'with HTTP/3 of another where the default site has none',
      [{ a: NOTHING, b: { 'http3.enable': 'true' } }, { defaultHost: 'a.test' }],
      [],
      [],
      [443],
    ],
    [
      'without HTTP/3 where the policy has no TLS 1.3',
      [{}, { http3: true, tlsPolicy: tlsPolicyNamed('AWS-2016-08') }],
      [80],
      [443],
      [],
    ],
  ])('are %s', (_, input, httpPorts, httpsPorts, http3Ports) => {
    expect(frontOf(...input)).toMatchObject({ httpPorts, httpsPorts, http3Ports, problems: [] });
  });
});

describe('the fallback', () => {
  const fallback = aCertificate('default');

  it('shows the default certificate while it may be shown', () => {
    const files = filesWith({ certificates: [fallback] });
    expect(frontOf({}, {}, files)).toMatchObject({ certificate: fallback, problems: [] });
    expect(frontOf({}, { trustDefaultCert: false }, files)).not.toHaveProperty('certificate');
    const expired = aCertificate('default', { notAfter: NOW - DAY });
    expect(frontOf({}, {}, filesWith({ certificates: [expired] }))).toMatchObject({
      certificate: expired,
    });
  });

  it.each([
    [{ notBefore: NOW + DAY }, /^the certificate \/certs\/default.crt is not valid before/],
    [
      { securityLevel: 0 as const },
      /^the certificate \/certs\/default.crt has a key or a signature/,
    ],
  ])('does not show one that the proxy would refuse, or clients would: %j', (more, reason) => {
    const files = filesWith({ certificates: [aCertificate('default', more)] });
    const front = frontOf({}, {}, files);
    expect(front).not.toHaveProperty('certificate');
    expect(front.problems).toEqual([
      {
        container: { id: '', name: 'the proxy' },
        variable: 'default.crt',
        value: '',
        reason: expect.stringMatching(reason),
        elsewhere: true,
      },
    ]);
  });

  it('shows a weak one under a policy that allows it', () => {
    const weak = aCertificate('default', { securityLevel: 0 });
    const old = { tlsPolicy: tlsPolicyNamed('Mozilla-Old') };
    expect(frontOf({}, old, filesWith({ certificates: [weak] }))).toMatchObject({
      certificate: weak,
      problems: [],
    });
  });

  it('says what is wrong with the files that are its own', () => {
    const files = filesWith({
      certificates: [{ kind: 'unusable', name: 'default', reason: 'it is broken' }],
      dhparam: { kind: 'unusable', path: '/dhparam', reason: 'it is short' },
      problems: [{ path: '/certs', reason: 'it cannot be read' }],
    });
    const { problems, ...front } = frontOf({}, {}, files);
    expect(front).not.toHaveProperty('certificate');
    expect(front).not.toHaveProperty('dhparam');
    expect(problems.map(({ variable, reason }) => `${variable}: ${reason}`)).toEqual([
      '/certs: it cannot be read',
      '/dhparam: it is short',
      'default.crt: it is broken',
    ]);
  });

  it('answers ACME challenges of unknown hosts where that was asked for', () => {
    expect(frontOf()).toMatchObject({ acme: false });
    expect(frontOf({}, { acmeUnknownHost: true })).toMatchObject({ acme: true });
    expect(frontOf({}, { acmeUnknownHost: true, acme: 'false' })).toMatchObject({ acme: false });
  });

  it('has an error page, headers and parameters where there are files for them', () => {
    expect(frontOf()).not.toHaveProperty('errorPage');
    const dhparam = { kind: 'usable', path: '/dhparam', digest: 'd' } as const;
    const files = filesWith({ hooks: ['/50x.html', '/headers', '/internal'], dhparam });
    expect(frontOf({}, {}, files)).toMatchObject({
      errorPage: aHook('/50x.html'),
      headers: aHook('/headers'),
      dhparam,
    });
  });

  it('answers the debug endpoint where that was asked for', () => {
    expect(frontOf()).not.toHaveProperty('debug');
    expect(JSON.parse(frontOf({}, { debugEndpoint: true }).debug ?? '')).toEqual({
      hostname: '',
      http: 'off',
      https: 'off',
      paths: [],
    });
  });
});

describe('the policy of the handshake', () => {
  it.each([
    ['Mozilla-Modern', 'Mozilla-Intermediate', 'Mozilla-Modern'],
    ['Mozilla-Modern', 'AWS-TLS-1-1-2017-01', 'Mozilla-Old'],
    ['Mozilla-Intermediate', 'AWS-2016-08', 'Mozilla-Old'],
    ['Mozilla-Intermediate', '', 'Mozilla-Intermediate'],
  ])('with %s for the proxy and %s for a site is %s', (proxys, sites, name) => {
    const settings = { tlsPolicy: tlsPolicyNamed(proxys) };
    expect(frontOf({ a: { 'ssl-policy': sites } }, settings).tlsPolicy.name).toBe(name);
  });

  it('does not heed a site without HTTPS', () => {
    const labels = { 'ssl-policy': 'AWS-2016-08', 'https-method': 'nohttps' };
    expect(frontOf({ a: labels }).tlsPolicy.name).toBe('Mozilla-Intermediate');
  });
});

describe('the default host', () => {
  it('is a site', () => {
    const { problems } = frontOf({ a: NOTHING }, { defaultHost: 'a.test' });
    expect(problems).toEqual([]);
  });

  it('is a problem while no container asks for it', () => {
    expect(frontOf({ a: NOTHING }, { defaultHost: 'c.test' }).problems).toEqual([
      {
        container: { id: '', name: 'the proxy' },
        variable: 'DEFAULT_HOST',
        value: 'c.test',
        reason: expect.stringMatching(
          /^no container asks for this host: unknown hosts get status 503/,
        ),
        elsewhere: true,
      },
    ]);
  });
});
