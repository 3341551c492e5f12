/** A user whose password a proxy can compare by crypt(3). */
export interface User {
  readonly name: string;
  /** As in a crypt(3) database: `$2y$…`, `$5$…`, `$6$…`, `$y$…`, `$1$…`. */
  readonly hash: string;
}

export interface Users {
  readonly users: readonly User[];
  /** Names with a hash of another kind: nobody can log in by them. */
  readonly refused: readonly string[];
}

const NAME = /^[\x21\x24-\x39\x3b-\x5b\x5d-\x7e]{1,128}$/;
/**
 * What libxcrypt has under these marks. Apache's own (`$apr1$`, which `htpasswd` without an option
 * makes, and `{SHA}`) are not among them, and a traditional DES hash is left out for its weakness:
 * eight characters of a password count.
 */
const HASH = /^\$(?:1|2[aby]|5|6|7|y|gy|sm3)\$[\w./$=,]{1,200}$/;

/** Reads a file of `name:hash` lines, as `htpasswd` writes it. The first line of a name counts. */
export function readHtpasswd(text: string): Users {
  const users = new Map<string, string>();
  const refused = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', hash = ''] = /^\s*([^:#][^:]*):([^:]*)/.exec(line) ?? [];
    if (name === '' || users.has(name) || refused.has(name)) continue;
    if (NAME.test(name) && HASH.test(hash.trim())) users.set(name, hash.trim());
    else refused.add(name);
  }
  return {
    users: [...users].map(([name, hash]) => ({ name, hash })),
    refused: [...refused],
  };
}
