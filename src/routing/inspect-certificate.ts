import { createPrivateKey, X509Certificate } from 'node:crypto';
import { DER, derElements, derSequence } from './der.ts';
import { askOpenssl, isWeakness, opensslReason } from './openssl.ts';
import { readPem } from './pem.ts';
import type { UsableCertificate } from './proxy-files.ts';

/** A file's bytes, and its path for messages. */
export interface Material {
  readonly path: string;
  readonly bytes: Buffer;
}

export type InspectedCertificate =
  | ({ readonly kind: 'usable' } & Pick<
      UsableCertificate,
      'notBefore' | 'notAfter' | 'names' | 'securityLevel'
    >)
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Whether a proxy accepts a certificate with its key, and what it says of itself. nginx refuses its
 * whole configuration for one that it cannot load; and it accepts a key of another kind than the
 * certificate's (RSA and EC), with which it then serves nobody.
 *
 * @param key absent where it cannot be read: then the certificate alone is inspected
 */
export function inspectCertificate(
  certificate: Material,
  key: Material | undefined,
): InspectedCertificate {
  const fault =
    pemFault(certificate, 'CERTIFICATE', 'certificate') ??
    (key && (keyFault(key) ?? pairFault(certificate, key)));
  if (fault !== undefined) return unusable(fault);
  const verdict = askOpenssl({ cert: certificate.bytes, ...(key ? { key: key.bytes } : {}) });
  if (verdict.kind === 'refused') return unusable(broken(certificate, verdict.reason));
  const leaf = new X509Certificate(certificate.bytes);
  const notBefore = Date.parse(leaf.validFrom);
  const notAfter = Date.parse(leaf.validTo);
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) {
    return unusable(`${certificate.path} has no readable dates of validity: get a new one`);
  }
  const securityLevel = hasWeakSignature(certificate) ? 0 : verdict.level;
  return { kind: 'usable', notBefore, notAfter, names: namesOf(leaf), securityLevel };
}

/** Whether a file of certificates can be loaded, such as authorities; what is wrong if not. */
export function certificatesFault(file: Material): string | undefined {
  const fault = pemFault(file, 'CERTIFICATE', 'certificate');
  if (fault !== undefined) return fault;
  // Loads the first as a server's own and all others after it; at level 0 it asks for no strength.
  const verdict = askOpenssl({ cert: file.bytes }, [0]);
  return verdict.kind === 'refused' ? broken(file, verdict.reason) : undefined;
}

/** Whether it is the certificate of the host's server, and no authority that signs others. */
export function isServerCertificate({ bytes }: Material, host: string): boolean {
  const certificate = new X509Certificate(bytes);
  return !certificate.ca && certificate.checkHost(host) !== undefined;
}

/** Why a file is not what it is to be, as far as its text shows it. */
export function pemFault(file: Material, label: string, thing: string): string | undefined {
  const { path, bytes } = file;
  if (bytes.length === 0) return `${path} is empty: write the ${thing} to it`;
  const { blocks, isComplete } = readPem(bytes);
  if (!isComplete) return `${path} is cut off: write the whole of it`;
  if (blocks.some((block) => block.label.endsWith(label))) return undefined;
  const advice =
    bytes[0] === 0x30 && derSequence(bytes).length > 0
      ? `it is in DER's binary format: convert it with openssl (-inform DER -outform PEM)`
      : `it must contain a line -----BEGIN ${label}-----`;
  return `${path} contains no ${thing} in PEM's format: ${advice}`;
}

function keyFault(key: Material): string | undefined {
  if (/^(?:-----BEGIN ENCRYPTED|Proc-Type: *4,ENCRYPTED)/m.test(key.bytes.toString('latin1'))) {
    return `${key.path} is encrypted, and nobody is there to enter its passphrase: openssl pkey -in ${key.path} -out a key without one`;
  }
  return pemFault(key, 'PRIVATE KEY', 'private key');
}

/** Why a certificate and a key are no pair. */
function pairFault(certificate: Material, key: Material): string | undefined {
  const privateKey = parsed(key, () => createPrivateKey(key.bytes));
  if (privateKey.kind === 'broken') return privateKey.reason;
  const leaf = parsed(certificate, () => new X509Certificate(certificate.bytes));
  if (leaf.kind === 'broken') return leaf.reason;
  if (leaf.value.checkPrivateKey(privateKey.value)) return undefined;
  const isLater = readPem(certificate.bytes).blocks.some((block) => {
    if (block.label !== 'CERTIFICATE') return false;
    const other = parsed(certificate, () => new X509Certificate(block.text));
    return other.kind === 'parsed' && other.value.checkPrivateKey(privateKey.value);
  });
  return isLater
    ? `the certificates in ${certificate.path} are in the wrong order: the server's own comes first, then each one's issuer`
    : `the key ${key.path} does not belong to the certificate ${certificate.path}: put the two that were made together there`;
}

function parsed<T>(file: Material, parse: () => T) {
  try {
    return { kind: 'parsed', value: parse() } as const;
  } catch (error) {
    return { kind: 'broken', reason: broken(file, opensslReason(error)) } as const;
  }
}

/** MD5's and SHA-1's signatures, by their object identifiers (RFC 3279). */
const WEAK_SIGNATURES: ReadonlySet<string> = new Set([
  '2a864886f70d010104', // md5WithRSAEncryption
  '2a864886f70d010105', // sha1WithRSAEncryption
  '2a8648ce3d0401', // ecdsa-with-SHA1
]);

/**
 * OpenSSL's versions differ in which of these they refuse when they load a certificate; clients
 * refuse them all. One that signed itself is trusted for what it is, not for its signature.
 */
function hasWeakSignature(file: Material): boolean {
  return readPem(file.bytes).blocks.some(({ label, text, der }) => {
    if (label !== 'CERTIFICATE') return false;
    const algorithm = derSequence(der)[1];
    const [identifier] = algorithm ? derElements(algorithm.content) : [];
    if (identifier?.tag !== DER.objectIdentifier) return false;
    if (!WEAK_SIGNATURES.has(identifier.content.toString('hex'))) return false;
    const certificate = new X509Certificate(text);
    return certificate.issuer !== certificate.subject;
  });
}

function namesOf({ subjectAltName, subject }: X509Certificate): readonly string[] {
  const alternatives = [...(subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,"\s]+)/g)];
  const names = alternatives.map(([, name = '']) => canonical(name));
  if (names.length > 0) return [...new Set(names)].toSorted();
  const common = /^CN=(.+)$/m.exec(subject ?? '')?.[1];
  return common === undefined ? [] : [common];
}

/** OpenSSL writes IPv6 addresses in full, a host has them shortened. */
function canonical(name: string): string {
  if (!name.includes(':')) return name;
  return URL.canParse(`http://[${name}]/`)
    ? new URL(`http://[${name}]/`).hostname.slice(1, -1)
    : name;
}

/** That OpenSSL does not load a file, and what to do. */
export function broken({ path }: Material, reason: string): string {
  const advice = isWeakness(reason)
    ? 'make one with at least 2048 bits of RSA and SHA-256'
    : 'get a new one';
  return `${path} cannot be loaded (OpenSSL: ${reason}): ${advice}`;
}

function unusable(reason: string): { readonly kind: 'unusable'; readonly reason: string } {
  return { kind: 'unusable', reason };
}
