import type { LeafOptions } from '../support/pki.ts';
import type { Files } from './scenario.ts';

/**
 * `NAME.crt` and `NAME.key` in the proxy's folder of certificates.
 *
 * @param options valid for the name, if absent.
 */
export function certificate(name: string, options: LeafOptions = { names: [name] }): Files {
  return {
    [`certs/${name}.crt`]: async ({ pki }) => (await pki.leaf(options)).cert,
    [`certs/${name}.key`]: async ({ pki }) => (await pki.leaf(options)).key,
  };
}

/** One that is valid for no host of a scenario, so that it is told by its name. */
export function defaultCertificate(): Files {
  return certificate('default', { names: ['default.invalid'] });
}
