import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface LeafOptions {
  /** What it is valid for, such as `example.com` or `*.example.com`. */
  readonly names: readonly string[];
  /** Common name, at most 64 characters; the first name if absent. Tells certificates apart. */
  readonly subject?: string;
  readonly isExpired?: boolean;
  /** Elliptic if absent. */
  readonly key?: 'rsa';
  /** Where the certificate says that its state can be asked. */
  readonly ocspUrl?: string;
}

/** Both in PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

const CONFIG = `
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
default_days = 30
default_crl_days = 30
policy = anything
unique_subject = no
rand_serial = yes
copy_extensions = copy
[anything]
commonName = supplied
[req]
distinguished_name = name
[name]
`;

const ELLIPTIC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
const RSA = ['-newkey', 'rsa:2048'];

/**
 * A certificate authority of a test's own, made with the openssl command in a folder that goes when
 * the test does. The same options give the same certificate.
 */
export class Pki {
  /** Its own certificate, in PEM. */
  readonly ca: string;
  readonly folder: string;
  readonly #made = new Map<string, Promise<CertifiedKey>>();
  readonly #revoked = new Set<string>();
  /** openssl keeps a list of what it issued: one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  private constructor(folder: string, ca: string) {
    this.folder = folder;
    this.ca = ca;
  }

  /** @param folder is made if it is not there. */
  static async create(folder: string): Promise<Pki> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.cnf'), CONFIG);
    await writeFile(join(folder, 'index.txt'), '');
    await openssl(folder, [
      ...['req', '-x509', ...ELLIPTIC, '-nodes', '-days', '30', '-subj', '/CN=tsgen test CA'],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
      ...['-keyout', 'ca.key', '-out', 'ca.crt'],
    ]);
    return new Pki(folder, await readFile(join(folder, 'ca.crt'), 'utf8'));
  }

  /** A certificate for servers and clients. */
  async leaf(options: LeafOptions): Promise<CertifiedKey> {
    const id = JSON.stringify(options);
    const made = this.#made.get(id) ?? this.#inTurn(() => this.#issue(options));
    this.#made.set(id, made);
    return await made;
  }

  /** A list that revokes these certificates, in PEM. */
  async crl(revoked: readonly CertifiedKey[]): Promise<string> {
    return await this.#inTurn(async () => {
      for (const { cert } of revoked) {
        if (this.#revoked.has(cert)) continue;
        this.#revoked.add(cert);
        await writeFile(join(this.folder, 'revoked.crt'), cert);
        await this.#ca(['-revoke', 'revoked.crt']);
      }
      await this.#ca(['-gencrl', '-out', 'ca.crl']);
      return await readFile(join(this.folder, 'ca.crl'), 'utf8');
    });
  }

  async #issue(options: LeafOptions): Promise<CertifiedKey> {
    const { names, subject = names[0], isExpired = false, key, ocspUrl } = options;
    this.#count += 1;
    const file = (end: string) => `leaf-${this.#count}.${end}`;
    const alternatives = names.map((name) => `DNS:${name}`).join(',');
    const ocsp =
      ocspUrl === undefined ? [] : ['-addext', `authorityInfoAccess=OCSP;URI:${ocspUrl}`];
    await openssl(this.folder, [
      ...['req', '-new', ...(key === 'rsa' ? RSA : ELLIPTIC), '-nodes', '-config', 'ca.cnf'],
      ...['-subj', `/CN=${subject}`, '-addext', `subjectAltName=${alternatives}`, ...ocsp],
      ...['-keyout', file('key'), '-out', file('csr')],
    ]);
    const dates = isExpired ? ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'] : [];
    await this.#ca(['-batch', '-notext', ...dates, '-in', file('csr'), '-out', file('crt')]);
    const read = (end: string) => readFile(join(this.folder, file(end)), 'utf8');
    return { cert: await read('crt'), key: await read('key') };
  }

  async #ca(args: readonly string[]): Promise<void> {
    await openssl(this.folder, ['ca', '-config', 'ca.cnf', ...args]);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}

/** Parameters for a Diffie-Hellman key exchange, from RFC 7919, in PEM. */
export async function dhParameters(bits: 2048 | 3072 | 4096): Promise<string> {
  const { stdout } = await execute('openssl', [
    ...['genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', `group:ffdhe${bits}`],
  ]);
  return stdout;
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  await execute('openssl', [...args], { cwd: folder });
}
