import type { Site } from './model.ts';
import type { ClientAuthority, ProxyFiles } from './proxy-files.ts';
import { invalid, type Validated, valid } from './validated.ts';

/**
 * What becomes of clients without a certificate that the authority signed: `on` refuses them,
 * `optional` admits those that show none, `optional_no_ca` admits all and leaves the verdict to the
 * back end.
 */
export type ClientVerification = 'on' | 'off' | 'optional' | 'optional_no_ca';

export type ClientAuthentication =
  /** Nobody is asked for a certificate. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'verify';
      readonly verification: Exclude<ClientVerification, 'off'>;
      readonly authority: Extract<ClientAuthority, { kind: 'usable' }>;
      /** What a person should know, such as that the list of revoked certificates is outdated. */
      readonly problems: readonly string[];
    }
  /** Clients must be verified and cannot be: every connection is to be refused. */
  | { readonly kind: 'refuse'; readonly problem: string };

const VERIFICATIONS: readonly ClientVerification[] = ['on', 'off', 'optional', 'optional_no_ca'];

/** Reads the label `ssl_verify_client`; the values are those of nginx's directive of that name. */
export function parseClientVerification(text: string): Validated<ClientVerification> {
  const found = VERIFICATIONS.find((known) => known === text.toLowerCase());
  return found ? valid(found) : invalid(`it is one of ${VERIFICATIONS.join(', ')}`);
}

/**
 * Whether and how a site verifies its clients. The authority of its own host (of a regex by its key) counts before the one
 * for all hosts, as in nginx-proxy; without either nobody is asked. An authority that cannot be
 * used never opens the site: neither is the other one taken, whose clients it may not want.
 *
 * @param now milliseconds since 1970
 */
export function chooseClientAuthentication(
  { host, key }: Pick<Site, 'host' | 'key'>,
  verification: ClientVerification,
  files: ProxyFiles,
  now: number,
): ClientAuthentication {
  const { clientAuthorities } = files;
  const own = clientAuthorities.get(host) ?? clientAuthorities.get(key);
  const authority = own ?? clientAuthorities.get('');
  if (authority === undefined || verification === 'off') return { kind: 'none' };
  if (authority.kind === 'unusable') {
    return {
      kind: 'refuse',
      problem: `${authority.reason}; until then every client of ${host} is refused`,
    };
  }
  const outdated = authority.crlNextUpdate !== undefined && authority.crlNextUpdate <= now;
  const problems = outdated
    ? [
        `the list of revoked certificates ${authority.crl} was to be renewed by ${new Date(authority.crlNextUpdate).toISOString()}: client certificates fail until it is`,
      ]
    : [];
  return { kind: 'verify', verification, authority, problems };
}
