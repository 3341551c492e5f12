import type { FileProblem } from './proxy-files.ts';
import { isFileName } from './safe-file-name.ts';

/** The files of one base name, by absolute path. One of the first two is there, or both. */
export interface CertificateGroup {
  readonly name: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly dhparam?: string;
  readonly chain?: string;
}

export interface AuthorityGroup {
  /** The host; '' for all. */
  readonly name: string;
  readonly certificate: string;
  readonly crl?: string;
  /** Beside it lies a key: it may be the certificate of a server of that name. */
  readonly hasKey: boolean;
}

export interface CertificateGroups {
  readonly certificates: readonly CertificateGroup[];
  readonly authorities: readonly AuthorityGroup[];
  readonly problems: readonly FileProblem[];
}

/** The names in the folder of certificates, and what is made of them, for people; in Markdown. */
export const CERTIFICATE_FILES = [
  [
    'NAME.crt',
    'a certificate, followed by its intermediates; `NAME` is a host, its parent, `default` or what `CERT_NAME` says',
  ],
  ['NAME.key', 'its key: without both there is no certificate'],
  ['NAME.dhparam.pem', 'Diffie-Hellman parameters of its own'],
  ['NAME.chain.pem', 'certificates that vouch for OCSP responses, which are then stapled'],
  ['HOST.ca.crt', 'clients of that host have to show a certificate that this authority signed'],
  ['HOST.crl.pem', 'certificates that it revoked'],
  ['ca.crt', 'the same for all hosts without an authority of their own'],
  ['ca.crl.pem', 'certificates that it revoked'],
] as const satisfies readonly (readonly [name: string, description: string])[];

/**
 * What the names in the folder of certificates stand for, by nginx-proxy's rules: `NAME.crt`,
 * `NAME.key`, `NAME.dhparam.pem` and `NAME.chain.pem` for a server, `HOST.ca.crt` with
 * `HOST.crl.pem` for the clients of one, `ca.crt` with `ca.crl.pem` for those of all.
 *
 * @param names sorted
 */
export function certificateGroups(folder: string, names: readonly string[]): CertificateGroups {
  const there = new Set(names.filter(isFileName));
  const path = (name: string) => (there.has(name) ? `${folder}/${name}` : undefined);
  const bases = new Set<string>();
  const authorities: AuthorityGroup[] = [];
  for (const name of there) {
    const [, base = '', extension] = /^(.+)\.(crt|key)$/.exec(name) ?? [];
    if (base === '') continue;
    const host = base === 'ca' ? '' : /^(.+)\.ca$/.exec(base)?.[1];
    const hasKey = there.has(`${base}.key`);
    if (extension === 'crt' && host !== undefined) {
      const crl = path(`${host === '' ? 'ca' : host}.crl.pem`);
      authorities.push({
        name: host,
        certificate: `${folder}/${name}`,
        hasKey,
        ...(crl === undefined ? {} : { crl }),
      });
      if (!hasKey) continue;
    }
    bases.add(base);
  }
  const certificates = [...bases].map((name) => ({
    name,
    ...present('certificate', path(`${name}.crt`)),
    ...present('key', path(`${name}.key`)),
    ...present('dhparam', path(`${name}.dhparam.pem`)),
    ...present('chain', path(`${name}.chain.pem`)),
  }));
  const problems = names
    .filter((name) => /\.(?:crt|key)$/.test(name) && !isFileName(name))
    .map((name) => ({
      path: `${folder}/${name}`,
      reason:
        'is left out, for its name has other characters than letters, digits and . _ - * ~ + @ [ ] :, so rename it',
    }));
  return { certificates, authorities, problems };
}

function present<Key extends string>(key: Key, path: string | undefined) {
  return path === undefined ? {} : ({ [key]: path } as { readonly [K in Key]: string });
}
