import { derElements, derSequence, derTime } from './der.ts';
import { broken, type Material, pemFault } from './inspect-certificate.ts';
import { askOpenssl } from './openssl.ts';
import { readPem } from './pem.ts';

export type InspectedRevocations =
  /** `nextUpdate`: the soonest time at which one of its lists is outdated, ms since 1970. */
  | { readonly kind: 'usable'; readonly nextUpdate?: number }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Whether a proxy can load a file of certificate revocation lists (RFC 5280, 5), and until when. */
export function inspectRevocations(file: Material): InspectedRevocations {
  const fault = pemFault(file, 'X509 CRL', 'certificate revocation list');
  if (fault !== undefined) return { kind: 'unusable', reason: fault };
  const times: number[] = [];
  for (const { label, text, der } of readPem(file.bytes).blocks) {
    if (label !== 'X509 CRL') continue;
    const verdict = askOpenssl({ crl: text }, [2]);
    if (verdict.kind === 'refused') {
      return { kind: 'unusable', reason: broken(file, verdict.reason) };
    }
    const nextUpdate = nextUpdateOf(der);
    if (nextUpdate !== undefined) times.push(nextUpdate);
  }
  return times.length === 0
    ? { kind: 'usable' }
    : { kind: 'usable', nextUpdate: Math.min(...times) };
}

/** The second of the times in the list's signed part. */
function nextUpdateOf(der: Buffer): number | undefined {
  const [signed] = derSequence(der);
  const times = derElements(signed?.content ?? Buffer.alloc(0)).flatMap(
    (element) => derTime(element) ?? [],
  );
  return times[1];
}
