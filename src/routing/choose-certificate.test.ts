import { describe, expect, it } from 'vitest';
import {
  type CertificateWish,
  chooseCertificate,
  nextValidityChange,
  parseCertificateName,
} from './choose-certificate.ts';
import { type Certificate, NO_FILES, type UsableCertificate } from './proxy-files.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60 * 1000;

function usable(name: string, more: Partial<UsableCertificate> = {}): UsableCertificate {
  return {
    kind: 'usable',
    name,
    certificate: `/certs/${name}.crt`,
    key: `/certs/${name}.key`,
    digest: '0',
    notBefore: NOW - DAY,
    notAfter: NOW + DAY,
    names: [name],
    verified: true,
    securityLevel: 2,
    notes: [],
    ...more,
  };
}

function broken(name: string): Certificate {
  return { kind: 'unusable', name, reason: `${name} is broken` };
}

function files(...certificates: readonly Certificate[]) {
  return { ...NO_FILES, certificates: new Map(certificates.map((one) => [one.name, one])) };
}

function choose(wish: Partial<CertificateWish>, ...certificates: readonly Certificate[]) {
  const { host = 'a.example.com' } = wish;
  const whole = { key: host, trustDefault: true, securityLevel: 2, ...wish, host } as const;
  const choice = chooseCertificate(whole, files(...certificates), NOW);
  const { kind, problems } = choice;
  return kind === 'none'
    ? { problems }
    : { name: choice.certificate.name, by: choice.by, problems };
}

const fallback = usable('default');

describe('the certificate', () => {
  it.each<[string, string, string[], string | undefined, string | undefined]>([
    ['the host', 'a.example.com', ['a.example.com', 'example.com'], 'a.example.com', 'host'],
    ['the parent', 'a.example.com', ['example.com', 'default'], 'example.com', 'parent'],
    ['no grandparent', 'b.a.example.com', ['example.com'], undefined, undefined],
    ['no top-level domain', 'example.com', ['com'], undefined, undefined],
    ['a single label', 'localhost', ['localhost'], 'localhost', 'host'],
    ['a wildcard', '*.example.com', ['*.example.com', 'example.com'], '*.example.com', 'host'],
    ["a wildcard's parent", '*.example.com', ['example.com'], 'example.com', 'parent'],
    ['a wildcard at the end', 'www.example.*', ['www.example.*'], 'www.example.*', 'host'],
    ['an address', '192.0.2.1', ['192.0.2.1'], '192.0.2.1', 'host'],
    ['no parent of an address', '192.0.2.1', ['0.2.1'], undefined, undefined],
    ['an IPv6 address', '[2001:db8::1]', ['[2001:db8::1]'], '[2001:db8::1]', 'host'],
    ['a regex', '~^a\\.b\\.test$', ['~^a\\.b\\.test$'], '~^a\\.b\\.test$', 'host'],
    ['no parent of a regex', '~^a.b.test$', ['b.test$'], undefined, undefined],
    ['the default', 'a.test', ['default', 'b.test'], 'default', 'default'],
    ['none', 'a.test', ['b.test'], undefined, undefined],
  ])('is that of %s', (_, host, names, name, by) => {
    const problems: string[] = [];
    const expected = name === undefined ? { problems } : { name, by, problems };
    expect(choose({ host }, ...names.map((one) => usable(one)))).toEqual(expected);
  });

  it('of a regex may be named as its other files are', () => {
    const wish = { host: '~^a/$', key: 'abc123' };
    expect(choose(wish, usable('abc123'))).toMatchObject({ name: 'abc123', by: 'host' });
  });

  it('is not the default one when that is not trusted', () => {
    expect(choose({ trustDefault: false }, fallback)).toEqual({ problems: [] });
  });

  it('is what CERT_NAME names, and nothing else', () => {
    const wish = { certificateName: 'shared' };
    const own = usable('a.example.com');
    expect(choose(wish, own, usable('shared'))).toMatchObject({ name: 'shared', by: 'name' });
    expect(choose(wish, own, fallback)).toEqual({
      problems: ['there is no certificate shared.crt with a key shared.key'],
    });
    expect(choose(wish, own, broken('shared'))).toEqual({ problems: ['shared is broken'] });
  });

  it('is the next one where one cannot be used, and says so', () => {
    expect(choose({}, broken('a.example.com'), usable('example.com'))).toEqual({
      name: 'example.com',
      by: 'parent',
      problems: ['a.example.com is broken'],
    });
    expect(choose({}, broken('a.example.com'), broken('default'))).toEqual({
      problems: ['a.example.com is broken', 'default is broken'],
    });
  });

  it('is not one from the future', () => {
    const future = usable('a.example.com', { notBefore: NOW + 1 });
    expect(choose({}, future, fallback)).toMatchObject({
      name: 'default',
      problems: [expect.stringContaining('is not valid before 2026-01-01T00:00:00.001Z')],
    });
  });

  it('is an expired one rather than one for another host', () => {
    const expired = usable('a.example.com', { notAfter: NOW });
    const problems = ['the certificate /certs/a.example.com.crt expired on 2026-01-01: renew it'];
    expect(choose({}, expired, fallback)).toEqual({ name: 'a.example.com', by: 'host', problems });
    const wildcard = usable('example.com', { names: ['*.Example.com', 'example.com'] });
    expect(choose({}, expired, wildcard)).toEqual({ name: 'example.com', by: 'parent', problems });
    const deeper = { host: 'b.a.example.com' };
    const other = usable('a.example.com', { names: ['*.example.com'] });
    const old = usable('b.a.example.com', { notAfter: NOW });
    expect(choose(deeper, old, other)).toMatchObject({ name: 'b.a.example.com' });
  });

  it('must be strong enough for the policy', () => {
    const weak = usable('a.example.com', { securityLevel: 1 });
    expect(choose({}, weak, fallback)).toMatchObject({
      name: 'default',
      problems: [expect.stringContaining('too weak')],
    });
    expect(choose({ securityLevel: 0 }, weak)).toMatchObject({ name: 'a.example.com' });
  });

  it('tells what was left out beside it', () => {
    const noted = usable('a.example.com', { notes: ['no staple'] });
    expect(choose({}, noted)).toMatchObject({ problems: ['no staple'] });
  });
});

describe('CERT_NAME', () => {
  it.each(['shared', 'example.com', '*.example.com', '_.a', '[::1]', 'a..b'])(
    'may be %j',
    (name) => {
      expect(parseCertificateName(name)).toEqual({ kind: 'valid', value: name });
    },
  );

  it.each([
    ...['', '.', '..', '../secret', '/etc/passwd', 'a/b', 'a b', 'a;b', '$host', 'a\nb', 'a\0b'],
    ...['a"b', "a'b", 'a\\b', 'a{b', 'ü', 'a'.repeat(251)],
  ])('cannot be %j', (name) => {
    expect(parseCertificateName(name).kind).toBe('invalid');
  });
});

describe('the next change without a change of files', () => {
  it('is the soonest date ahead', () => {
    const late = usable('a', { notAfter: NOW + 5 * DAY });
    const soon = usable('b', { notBefore: NOW + 2, notAfter: NOW + DAY });
    expect(nextValidityChange(files(late, soon, broken('c')), NOW)).toBe(NOW + 2);
    expect(nextValidityChange(files(late, soon), NOW + 2)).toBe(NOW + DAY);
    expect(nextValidityChange(files(late), NOW + 5 * DAY)).toBeUndefined();
    const revoking = {
      kind: 'usable',
      name: '',
      certificate: 'c',
      digest: '',
      crlNextUpdate: NOW + 1,
    } as const;
    const withList = { ...files(late), clientAuthorities: new Map([['', revoking]]) };
    expect(nextValidityChange(withList, NOW)).toBe(NOW + 1);
  });
});
