import { nearest } from '../base/nearest.ts';
import type { SecurityLevel } from './proxy-files.ts';
import { invalid, type Validated, valid } from './validated.ts';

export type TlsProtocol = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Which versions and ciphers of TLS a site speaks. */
export interface TlsPolicy {
  readonly name: string;
  /** From old to new. */
  readonly protocols: readonly TlsProtocol[];
  /**
   * Those of TLS 1.2 and before, best first, by OpenSSL's names, which nginx, httpd and HAProxy
   * share. Empty for a policy of TLS 1.3 alone: its three cipher suites are OpenSSL's default.
   */
  readonly ciphers: readonly string[];
  /** The same for OpenSSL to read, with the level where it is another than OpenSSL's own; '' for none. */
  readonly cipherList: string;
  readonly preferServerCiphers: boolean;
  /** 0 where TLS before 1.2 is offered, whose signatures are too weak for OpenSSL's default of 2. */
  readonly securityLevel: SecurityLevel;
}

/** That of its builds in use. */
const OPENSSL_LEVEL: SecurityLevel = 2;

/** What `SSL_POLICY` is when nobody sets it. */
export const DEFAULT_TLS_POLICY_NAME = 'Mozilla-Intermediate';

/** Lists of AWS's that several policies share: with GCM and forward secrecy alone. */
const AWS_GCM = `
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384
  ECDHE-RSA-AES256-GCM-SHA384`;
/** And with CBC and SHA-2. */
const AWS_SHA2 = `
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-SHA256
  ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384
  ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384`;
/** These, and what has no forward secrecy. */
const AWS_SHA2_RSA = `${AWS_SHA2} AES128-GCM-SHA256 AES128-SHA256 AES256-GCM-SHA384 AES256-SHA256`;
/** With forward secrecy, SHA-1 included. */
const AWS_FORWARD = `
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-SHA256
  ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA
  ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES256-SHA384
  ECDHE-RSA-AES256-SHA384 ECDHE-RSA-AES256-SHA ECDHE-ECDSA-AES256-SHA`;
/** These, and what has no forward secrecy. */
const AWS_ALL = `${AWS_FORWARD}
  AES128-GCM-SHA256 AES128-SHA256 AES128-SHA AES256-GCM-SHA384 AES256-SHA256 AES256-SHA`;
/** With Diffie-Hellman without curves. */
const AWS_DHE = `
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-SHA256
  ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA
  ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES256-SHA384
  ECDHE-RSA-AES256-SHA384 ECDHE-RSA-AES256-SHA ECDHE-ECDSA-AES256-SHA AES128-GCM-SHA256
  AES128-SHA256 AES128-SHA AES256-GCM-SHA384 AES256-SHA256 AES256-SHA DHE-DSS-AES128-SHA`;
/** Mozilla's, likewise. */
const INTERMEDIATE = `
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384
  ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-CHACHA20-POLY1305
  DHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES256-GCM-SHA384 DHE-RSA-CHACHA20-POLY1305`;

/**
 * Mozilla's recommendations (wiki.mozilla.org/Security/Server_Side_TLS) and the predefined
 * policies of AWS's application and classic load balancers, under the names that nginx-proxy gives
 * them. Both publishers state all of this.
 */
export const TLS_POLICIES: readonly TlsPolicy[] = [
  policy('Mozilla-Modern', 'TLSv1.3', false, 2, ''),
  policy('Mozilla-Intermediate', 'TLSv1.2 TLSv1.3', false, 2, INTERMEDIATE),
  policy(
    'Mozilla-Old',
    'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3',
    true,
    0,
    `${INTERMEDIATE}
     ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES128-SHA
     ECDHE-RSA-AES128-SHA ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384
     ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA DHE-RSA-AES128-SHA256 DHE-RSA-AES256-SHA256
     AES128-GCM-SHA256 AES256-GCM-SHA384 AES128-SHA256 AES256-SHA256 AES128-SHA AES256-SHA
     DES-CBC3-SHA`,
  ),
  policy('AWS-TLS13-1-3-2021-06', 'TLSv1.3', true, 2, ''),
  policy('AWS-TLS13-1-2-2021-06', 'TLSv1.2 TLSv1.3', true, 2, AWS_SHA2),
  policy('AWS-TLS13-1-2-Res-2021-06', 'TLSv1.2 TLSv1.3', true, 2, AWS_GCM),
  policy('AWS-TLS13-1-2-Ext1-2021-06', 'TLSv1.2 TLSv1.3', true, 2, AWS_SHA2_RSA),
  policy('AWS-TLS13-1-2-Ext2-2021-06', 'TLSv1.2 TLSv1.3', true, 2, AWS_ALL),
  policy('AWS-TLS13-1-1-2021-06', 'TLSv1.1 TLSv1.2 TLSv1.3', true, 0, AWS_ALL),
  policy('AWS-TLS13-1-0-2021-06', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3', true, 0, AWS_ALL),
  policy('AWS-FS-1-2-Res-2020-10', 'TLSv1.2', true, 2, AWS_GCM),
  policy('AWS-FS-1-2-Res-2019-08', 'TLSv1.2', true, 2, AWS_SHA2),
  policy('AWS-FS-1-2-2019-08', 'TLSv1.2', true, 2, AWS_FORWARD),
  policy('AWS-FS-1-1-2019-08', 'TLSv1.1 TLSv1.2', true, 0, AWS_FORWARD),
  policy('AWS-FS-2018-06', 'TLSv1 TLSv1.1 TLSv1.2', true, 0, AWS_FORWARD),
  policy('AWS-TLS-1-2-Ext-2018-06', 'TLSv1.2', true, 2, AWS_ALL),
  policy('AWS-TLS-1-2-2017-01', 'TLSv1.2', true, 2, AWS_SHA2_RSA),
  policy('AWS-TLS-1-1-2017-01', 'TLSv1.1 TLSv1.2', true, 0, AWS_ALL),
  policy('AWS-2016-08', 'TLSv1 TLSv1.1 TLSv1.2', true, 0, AWS_ALL),
  policy('AWS-2015-05', 'TLSv1 TLSv1.1 TLSv1.2', true, 0, `${AWS_ALL} DES-CBC3-SHA`),
  policy('AWS-2015-03', 'TLSv1 TLSv1.1 TLSv1.2', true, 0, `${AWS_DHE} DES-CBC3-SHA`),
  policy('AWS-2015-02', 'TLSv1 TLSv1.1 TLSv1.2', true, 0, AWS_DHE),
];

const byLowerCaseName = new Map(TLS_POLICIES.map((one) => [one.name.toLowerCase(), one]));

/** Reads `SSL_POLICY`, in either case. */
export function parseTlsPolicy(text: string): Validated<TlsPolicy> {
  const found = byLowerCaseName.get(text.toLowerCase());
  if (found) return valid(found);
  const names = TLS_POLICIES.map(({ name }) => name);
  const near = nearest(text.slice(0, 100), names);
  const advice = near === undefined ? `it is one of ${names.join(', ')}` : `did you mean ${near}?`;
  return invalid(`there is no such TLS policy: ${advice}`);
}

/**
 * One of the table's, by its exact name.
 *
 * @throws Error when there is none.
 */
export function tlsPolicyNamed(name: string): TlsPolicy {
  const found = TLS_POLICIES.find((one) => one.name === name);
  if (found) return found;
  throw new Error(`there is no TLS policy ${name}`);
}

/** HTTP/3 is made of TLS 1.3 (RFC 9001). */
export function hasHttp3Version({ protocols }: TlsPolicy): boolean {
  return protocols.includes('TLSv1.3');
}

function policy(
  name: string,
  protocols: string,
  preferServerCiphers: boolean,
  securityLevel: SecurityLevel,
  ciphers: string,
): TlsPolicy {
  const list = ciphers.split(/\s+/).filter((cipher) => cipher !== '');
  const level = securityLevel === OPENSSL_LEVEL ? [] : [`@SECLEVEL=${securityLevel}`];
  return {
    name,
    protocols: protocols.split(' ') as TlsProtocol[],
    ciphers: list,
    cipherList: list.length === 0 ? '' : [...list, ...level].join(':'),
    preferServerCiphers,
    securityLevel,
  };
}
