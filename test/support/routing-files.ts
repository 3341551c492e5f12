import type { HookPlaces } from '../../src/routing/hooks.ts';
import {
  type Certificate,
  type ClientAuthority,
  type HookFile,
  NO_FILES,
  type ProxyFiles,
  type UsableCertificate,
} from '../../src/routing/proxy-files.ts';

/** The time at which certificates made by {@link aCertificate} are valid, a day before and after. */
export const NOW = Date.UTC(2026, 0, 1);
export const DAY = 24 * 60 * 60 * 1000;

/** Short places, for tests that write them out. */
export const PLACES: HookPlaces = {
  sites: '/sites',
  users: '/users',
  headers: '/headers',
  internalClients: '/internal',
  fastcgi: '/fastcgi',
  errorPage: '/50x.html',
  certificates: '/certs',
  dhparam: '/dhparam',
};

export function aCertificate(
  name: string,
  more: Partial<UsableCertificate> = {},
): UsableCertificate {
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

/** A snapshot in which these lie. */
export function filesWith(
  found: {
    readonly certificates?: readonly Certificate[];
    readonly authorities?: readonly ClientAuthority[];
    /** Paths; each has the digest `d`. */
    readonly hooks?: readonly string[];
  } & Pick<Partial<ProxyFiles>, 'dhparam' | 'problems' | 'unread'>,
): ProxyFiles {
  const { certificates = [], authorities = [], hooks = [], ...rest } = found;
  return {
    ...NO_FILES,
    ...rest,
    hooks: new Map(hooks.map((path) => [path, aHook(path)])),
    certificates: new Map(certificates.map((one) => [one.name, one])),
    clientAuthorities: new Map(authorities.map((one) => [one.name, one])),
  };
}

export function aHook(path: string, digest = 'd'): HookFile {
  return { path, digest };
}
