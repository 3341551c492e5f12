/**
 * What lies in the proxy's folders, as far as routing depends on it. A snapshot is never changed:
 * while nothing changed on disk it is the same object, and so is each entry that did not change,
 * so that an event costs no file access and routing can keep by identity what it made of one.
 */
export interface ProxyFiles {
  /** Files that a configuration may name, by absolute path as the proxy sees it. */
  readonly hooks: ReadonlyMap<string, HookFile>;
  /** By base name: `example.com` for example.com.crt with example.com.key. */
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** By host: `example.com` for example.com.ca.crt; '' for ca.crt, which serves every host. */
  readonly clientAuthorities: ReadonlyMap<string, ClientAuthority>;
  /** Diffie-Hellman parameters for every site that has none of its own; absent: no such file. */
  readonly dhparam?: DhParameters;
  /**
   * Folders that could not be read so far, so that nobody knows what lies there; absent: all could.
   * Who may enter a site must not depend on it.
   */
  readonly unread?: { readonly users: boolean; readonly certificates: boolean };
  /** What is wrong in the folders and is no single certificate's fault, by path. */
  readonly problems: readonly FileProblem[];
}

export interface HookFile {
  /** Absolute, as the proxy sees it. */
  readonly path: string;
  /** Changes when the content does: of its SHA-256, 16 hexadecimal digits. */
  readonly digest: string;
}

/** A server certificate with its key. All paths are absolute, as the proxy sees them. */
export type Certificate = UsableCertificate | Unusable;

/** One that the proxy loads. It may have expired: {@link notAfter}. */
export interface UsableCertificate {
  readonly kind: 'usable';
  /** The base name of its files. */
  readonly name: string;
  /** The leaf, followed by its intermediates. */
  readonly certificate: string;
  readonly key: string;
  /** Changes when one of its files does. */
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  /** Names and addresses that it is for (`example.com`, `*.example.com`), sorted. */
  readonly names: readonly string[];
  /** Diffie-Hellman parameters of this certificate's own. */
  readonly dhparam?: string;
  /** Certificates that vouch for OCSP responses: the proxy staples them. */
  readonly chain?: string;
  /** Whether the key could be read and belongs to the leaf; false only where it may not be read. */
  readonly verified: boolean;
  /**
   * OpenSSL's security level up to which it is accepted: 2 is the default of current builds; one
   * with a short key or a SHA-1 signature needs a policy that lowers the level.
   */
  readonly securityLevel: SecurityLevel;
  /** What is left out of what lies beside it, and why: sentences, sorted. */
  readonly notes: readonly string[];
}

export type SecurityLevel = 0 | 1 | 2;

/** One that the proxy would refuse, and with it the whole configuration. */
export interface Unusable {
  readonly kind: 'unusable';
  /** The base name of its files, or the host that a client authority is for. */
  readonly name: string;
  /** What is wrong and what to do. */
  readonly reason: string;
  /** A half of it is not there: nobody has provided one yet. */
  readonly isIncomplete?: true;
}

/** Who signs the client certificates that a site asks for. */
export type ClientAuthority =
  | {
      readonly kind: 'usable';
      /** The host that it is for; '' for all. */
      readonly name: string;
      readonly certificate: string;
      /** Its list of revoked certificates. */
      readonly crl?: string;
      /** When that list is to be replaced: milliseconds since 1970. Proxies refuse older ones. */
      readonly crlNextUpdate?: number;
      /** Changes when one of its files does. */
      readonly digest: string;
    }
  /** A site that it is for must refuse its clients: without it, it would let in everybody. */
  | Unusable;

export type DhParameters =
  | { readonly kind: 'usable'; readonly path: string; readonly digest: string }
  | { readonly kind: 'unusable'; readonly path: string; readonly reason: string };

export interface FileProblem {
  readonly path: string;
  /** What is wrong and what to do; continues the path in a sentence. */
  readonly reason: string;
}

/** Where a proxy looks for its files. All paths are absolute, as the proxy sees them. */
export interface FilePlaces {
  /** Every regular file in these may be named by a configuration. */
  readonly hookFolders: readonly string[];
  /** The one of them that holds users and passwords: there an entry that is no file counts too. */
  readonly users: string;
  /** So may these. */
  readonly hookFiles: readonly string[];
  /** The folder of certificates, keys and client authorities. */
  readonly certificates: string;
  /** The file of Diffie-Hellman parameters for every site. */
  readonly dhparam: string;
}

/** A proxy without any files. */
export const NO_FILES: ProxyFiles = {
  hooks: new Map(),
  certificates: new Map(),
  clientAuthorities: new Map(),
  problems: [],
};
