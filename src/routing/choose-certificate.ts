import { isIPv4 } from 'node:net';
import { isAddress6 } from './hosts.ts';
import type { Certificate, ProxyFiles, SecurityLevel, UsableCertificate } from './proxy-files.ts';
import { isFileName } from './safe-file-name.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** The base name of the certificate that serves what no other one is for. */
export const DEFAULT_CERTIFICATE = 'default';

export interface CertificateWish {
  /** As `Site.host`. */
  readonly host: string;
  /** As `Site.key`: what a regex is called in names of files. */
  readonly key: string;
  /** `CERT_NAME`, as {@link parseCertificateName} gave it. */
  readonly certificateName?: string | undefined;
  /** Whether the default certificate may stand in. */
  readonly trustDefault: boolean;
  /** That of the site's TLS policy. */
  readonly securityLevel: SecurityLevel;
}

export type CertificateChoice =
  | {
      readonly kind: 'chosen';
      readonly certificate: UsableCertificate;
      readonly by: CertificateRule;
      readonly problems: readonly string[];
    }
  | {
      readonly kind: 'none';
      /** There is one that cannot be used; else nobody has provided one. */
      readonly isBroken: boolean;
      readonly problems: readonly string[];
    };

/** Why a certificate was chosen: CERT_NAME names it, or the host, or the host's parent, or none. */
export type CertificateRule = 'name' | 'host' | 'parent' | 'default';

interface Candidate {
  readonly name: string;
  readonly by: CertificateRule;
}

/**
 * Reads `CERT_NAME`: the base name of files in the folder of certificates, which it cannot leave.
 */
export function parseCertificateName(text: string): Validated<string> {
  if (text.includes('/')) {
    return invalid('it is a name without a folder: the files NAME.crt and NAME.key are looked for');
  }
  return isFileName(text)
    ? valid(text)
    : invalid('it is the name of a file: letters, digits and . _ - * ~ + @ [ ] : are allowed');
}

/**
 * The certificate of a site, by nginx-proxy's rules: `CERT_NAME` alone when it is set; else the one
 * named as the host, then as the host without its first label where two are left, then the default
 * one if it is trusted. So `*.example.com` finds `*.example.com.crt` and then `example.com.crt`.
 *
 * One that the proxy would refuse, or that is not valid yet, is passed over, with a problem: a
 * wildcard of the parent beside it still serves the site. One that has expired gives way in the
 * same manner, but only to a valid one that is for this host; else it is kept, for a client that
 * ignores the date is better served than none. nginx-proxy looks at the names of files alone.
 *
 * @param now milliseconds since 1970
 */
export function chooseCertificate(
  wish: CertificateWish,
  files: ProxyFiles,
  now: number,
): CertificateChoice {
  const problems: string[] = [];
  let isBroken = files.unread?.certificates ?? false;
  let expired: { certificate: UsableCertificate; by: CertificateRule } | undefined;
  for (const { name, by } of candidatesOf(wish)) {
    const found = files.certificates.get(name);
    if (found === undefined) {
      if (by === 'name')
        problems.push(`there is no certificate ${name}.crt with a key ${name}.key`);
      continue;
    }
    const fault = certificateFault(found, wish.securityLevel, now);
    if (fault !== undefined) problems.push(fault);
    if (found.kind === 'unusable' || fault !== undefined) {
      isBroken ||= found.kind === 'usable' || !found.isIncomplete;
      continue;
    }
    if (found.notAfter <= now) {
      problems.push(
        `the certificate ${found.certificate} expired on ${day(found.notAfter)}: renew it`,
      );
      expired ??= { certificate: found, by };
      continue;
    }
    if (expired && !isFor(found, wish.host)) continue;
    return { kind: 'chosen', certificate: found, by, problems: [...problems, ...found.notes] };
  }
  if (expired === undefined) return { kind: 'none', isBroken, problems };
  return { kind: 'chosen', ...expired, problems: [...problems, ...expired.certificate.notes] };
}

/**
 * When a choice may turn out differently though no file changes, in milliseconds since 1970: a
 * certificate becomes valid or expires, or a list of revoked certificates is outdated.
 * `undefined`: never.
 */
export function nextValidityChange(files: ProxyFiles, now: number): number | undefined {
  const times = [
    ...[...files.certificates.values()].flatMap((one) =>
      one.kind === 'usable' ? [one.notBefore, one.notAfter] : [],
    ),
    ...[...files.clientAuthorities.values()].flatMap((one) =>
      one.kind === 'usable' && one.crlNextUpdate !== undefined ? [one.crlNextUpdate] : [],
    ),
  ];
  return times.reduce<number | undefined>(
    (least, time) => (time > now && (least === undefined || time < least) ? time : least),
    undefined,
  );
}

function candidatesOf(wish: CertificateWish): readonly Candidate[] {
  if (wish.certificateName !== undefined) return [{ name: wish.certificateName, by: 'name' }];
  const { host, key } = wish;
  const candidates: Candidate[] = [{ name: host, by: 'host' }];
  if (host.startsWith('~')) {
    candidates.push({ name: key, by: 'host' });
  } else if (!isAddress(host)) {
    const parent = host.slice(host.indexOf('.') + 1);
    if (host.includes('.') && parent.includes('.')) candidates.push({ name: parent, by: 'parent' });
  }
  if (wish.trustDefault) candidates.push({ name: DEFAULT_CERTIFICATE, by: 'default' });
  return candidates;
}

/**
 * Why the proxy cannot use it under a policy of this security level.
 *
 * @param now milliseconds since 1970
 */
export function certificateFault(
  certificate: Certificate,
  securityLevel: SecurityLevel,
  now: number,
): string | undefined {
  if (certificate.kind === 'unusable') return certificate.reason;
  if (certificate.securityLevel < securityLevel) {
    return `the certificate ${certificate.certificate} has a key or a signature that is too weak for the TLS policy: replace it by one with at least 2048 bits of RSA and SHA-256`;
  }
  if (certificate.notBefore > now) {
    return `the certificate ${certificate.certificate} is not valid before ${new Date(certificate.notBefore).toISOString()}: check the clock, or wait`;
  }
  return undefined;
}

/** Whether clients accept it for the host; a wildcard stands for one label (RFC 6125, 6.4.3). */
function isFor({ names }: UsableCertificate, host: string): boolean {
  const bare = host.replaceAll(/^\[|\]$/g, '');
  const parent = isAddress(host) ? undefined : `*${bare.slice(bare.indexOf('.'))}`;
  return names.some((name) => name.toLowerCase() === bare || name.toLowerCase() === parent);
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || isIPv4(host) || isAddress6(host);
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
