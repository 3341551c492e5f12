import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf } from '../base/errors.ts';
import type { SecurityLevel } from './proxy-files.ts';

export type Verdict =
  | { readonly kind: 'accepted' }
  /** `weak` where a lower security level may help. */
  | { readonly kind: 'refused'; readonly reason: string; readonly weak: boolean };

/**
 * What OpenSSL says to certificates and keys at a security level: the proxies load theirs with the
 * same library, in the same way.
 */
export function askOpenssl(
  material: Pick<SecureContextOptions, 'cert' | 'key' | 'crl' | 'dhparam'>,
  level: SecurityLevel,
): Verdict {
  try {
    // Without a list of authorities of our own it would load those of the system.
    createSecureContext({ ca: [], ...material, ciphers: `DEFAULT@SECLEVEL=${level}` });
    return { kind: 'accepted' };
  } catch (error) {
    const message = messageOf(error);
    const reason = message.slice(message.lastIndexOf('::') + 1).replace(/^:/, '');
    return { kind: 'refused', reason, weak: /too (?:small|weak)/i.test(message) };
  }
}

/** The highest security level at which it is accepted, or why it is refused at all of them. */
export function highestLevel(
  material: Parameters<typeof askOpenssl>[0],
): { readonly kind: 'level'; readonly level: SecurityLevel } | (Verdict & { kind: 'refused' }) {
  for (const level of [2, 1] as const) {
    const verdict = askOpenssl(material, level);
    if (verdict.kind === 'accepted') return { kind: 'level', level };
    if (!verdict.weak) return verdict;
  }
  const verdict = askOpenssl(material, 0);
  return verdict.kind === 'accepted' ? { kind: 'level', level: 0 } : verdict;
}
