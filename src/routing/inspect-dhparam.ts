import { DER, derSequence } from './der.ts';
import { broken, type Material, pemFault } from './inspect-certificate.ts';
import { askOpenssl } from './openssl.ts';
import { readPem } from './pem.ts';

/** OpenSSL's security level 2 asks for as many; above the other number it loads none. */
const [LEAST_BITS, MOST_BITS] = [2048, 10_000];

/** Why a proxy cannot load a file of Diffie-Hellman parameters; `undefined` when it can. */
export function dhparamFault(file: Material): string | undefined {
  const fault = pemFault(file, 'DH PARAMETERS', 'Diffie-Hellman parameters');
  if (fault !== undefined) return fault;
  const block = readPem(file.bytes).blocks.find(({ label }) => label.endsWith('DH PARAMETERS'));
  // A prime and a generator, in PKCS #3 as in X9.42.
  const [prime, generator] = derSequence(block?.der ?? Buffer.alloc(0));
  if (prime?.tag !== DER.integer || generator?.tag !== DER.integer) {
    return broken(file, 'no prime and generator');
  }
  const digits = prime.content.toString('hex').replace(/^0+/, '');
  const bits = digits === '' ? 0 : BigInt(`0x${digits}`).toString(2).length;
  if (bits < LEAST_BITS || bits > MOST_BITS) {
    return `${file.path} has a prime of ${bits} bits, and OpenSSL takes ${LEAST_BITS} to ${MOST_BITS}: make another with openssl dhparam -out ${file.path} ${LEAST_BITS}`;
  }
  const verdict = askOpenssl({ dhparam: file.bytes }, [2]);
  return verdict.kind === 'refused' ? broken(file, verdict.reason) : undefined;
}
