import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf } from '../base/errors.ts';
import type { SecurityLevel } from './proxy-files.ts';

export type OpensslMaterial = Pick<SecureContextOptions, 'cert' | 'key' | 'crl' | 'dhparam'>;

export type Verdict =
  /** `level`: the highest one at which it is accepted. */
  | { readonly kind: 'accepted'; readonly level: SecurityLevel }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * What OpenSSL says to certificates and keys: the proxies load theirs with the same library, in
 * the same way. Lower security levels are asked only for what is too weak for the one above.
 */
export function askOpenssl(
  material: OpensslMaterial,
  levels: readonly SecurityLevel[] = [2, 1, 0],
): Verdict {
  let reason = '';
  for (const level of levels) {
    try {
      // Without a list of authorities of our own it would load those of the system.
      createSecureContext({ ca: [], ...material, ciphers: `DEFAULT@SECLEVEL=${level}` });
      return { kind: 'accepted', level };
    } catch (error) {
      reason = opensslReason(error);
      if (!isWeakness(reason)) break;
    }
  }
  return { kind: 'refused', reason };
}

/** `bad end line` of `error:04800066:PEM routines::bad end line`. */
export function opensslReason(error: unknown): string {
  return messageOf(error).replace(/^.*::/, '');
}

export function isWeakness(reason: string): boolean {
  return /too (?:small|weak)/i.test(reason);
}
