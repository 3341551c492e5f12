import { createHash } from 'node:crypto';
import { messageOf } from '../base/errors.ts';
import { Pool } from '../base/pool.ts';
import { certificateGroups } from '../routing/certificate-groups.ts';
import {
  type FilePlaces,
  type FileProblem,
  type HookFile,
  NO_FILES,
  type ProxyFiles,
} from '../routing/proxy-files.ts';
import { isFileName } from '../routing/safe-file-name.ts';
import { inAnyCase } from './any-case.ts';
import { KeptFiles } from './kept-files.ts';
import { readAuthority, readCertificate, readDhparam } from './read-tls-files.ts';
import { namesIn } from './regular-file.ts';

export interface ProxyFilesReaderOptions {
  readonly places: FilePlaces;
  /** Put before every path when the disk is asked; default ''. */
  readonly root?: string;
  /** Entries of a folder, by name, beyond which the others are left out; default 10,000. */
  readonly maxEntries?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

/** Paths on disk. */
export interface Watchable {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

const MAX_ENTRIES = 10_000;
/** Larger files are told apart by their looks alone. */
const MAX_DIGESTED_BYTES = 256 * 1024 * 1024;
const CONCURRENCY = 8;
/** In the place of the digest of what is no readable file. */
const UNFIT = 'unreadable';

/** Reads what lies in the proxy's folders, of it only what changed since the last time. */
export class ProxyFilesReader {
  readonly #places: FilePlaces;
  readonly #root: string;
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #pool = new Pool(CONCURRENCY);
  #kept: KeptFiles;
  /** Of the folders, as of the last time that they could be read. */
  readonly #names = new Map<string, readonly string[]>();
  #files: ProxyFiles = NO_FILES;
  #reading: Promise<unknown> = Promise.resolve();

  constructor({ places, root = '', maxEntries, now }: ProxyFilesReaderOptions) {
    this.#places = places;
    this.#root = root;
    this.#maxEntries = maxEntries ?? MAX_ENTRIES;
    this.#now = now ?? Date.now;
    this.#kept = new KeptFiles(root, 0);
  }

  /**
   * The same object as the last time while nothing changed, and in it the same entries. Never
   * rejects: what cannot be read is a problem in it.
   */
  read(): Promise<ProxyFiles> {
    const reading = this.#reading.then(() => this.#read());
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  /** The folder of users and passwords. */
  get users(): string {
    return this.#places.users;
  }

  /** What to watch, as of the last read, with all that links lead to. */
  get watchable(): Watchable {
    const { hookFolders, hookFiles, certificates, dhparam } = this.#places;
    const files = [...hookFiles, dhparam].map((path) => this.#root + path);
    return {
      files: [...files, ...this.#kept.links],
      folders: [...hookFolders, certificates].map((folder) => this.#root + folder),
    };
  }

  async #read(): Promise<ProxyFiles> {
    const kept = this.#kept.next(this.#now());
    const { hookFolders, hookFiles, certificates: folder, dhparam: path } = this.#places;
    const problems: FileProblem[] = [];
    const hookPaths = [...hookFiles];
    const unread = new Set<string>();
    for (const hooks of hookFolders) {
      const names = await this.#list(hooks, problems, unread);
      hookPaths.push(...names.filter(isFileName).map((name) => `${hooks}/${name}`));
    }
    const hooks = await this.#each(hookPaths.toSorted(), (hook) =>
      kept.entry(`hook ${hook}`, [hook], () => readHook(hook, kept)),
    );
    const groups = certificateGroups(folder, await this.#list(folder, problems, unread));
    const certificates = await this.#each(groups.certificates, (group) => {
      const { name, certificate, key, dhparam, chain } = group;
      const paths = [certificate, key, dhparam, chain].flatMap((one) => one ?? []);
      return kept.entry(`certificate ${name}`, paths, () => readCertificate(group, kept));
    });
    const authorities = await this.#each(groups.authorities, (group) => {
      const paths = [group.certificate, ...(group.crl === undefined ? [] : [group.crl])];
      const key = `authority ${group.hasKey} ${group.name}`;
      return kept.entry(key, paths, () => readAuthority(group, kept));
    });
    const dhparam = await kept.entry('dhparam', [path], () => readDhparam(path, kept));
    const unfit = hooks.flatMap((one) => ('reason' in one ? one : []));
    const hookFilesFound = hooks.flatMap((one) => {
      if ('digest' in one) return one;
      // A proxy that cannot read a file of users lets nobody in; without one it lets in everybody.
      return this.#isOfUsers(one.path) ? { path: one.path, digest: UNFIT } : [];
    });
    const hooksByCase = inAnyCase(mapBy(hookFilesFound, (one) => one.path));
    const certificatesByCase = inAnyCase(
      mapBy(certificates, ({ name }) => name),
      (name) => `${folder}/${name}.crt`,
    );
    const authoritiesByCase = inAnyCase(
      mapBy(authorities, ({ name }) => name),
      (name) => `${folder}/${name}.ca.crt`,
    );
    const byCase = [hooksByCase, certificatesByCase, authoritiesByCase];
    problems.push(...byCase.flatMap((one) => one.problems));
    const found: ProxyFiles = {
      hooks: hooksByCase.entries,
      certificates: certificatesByCase.entries,
      clientAuthorities: authoritiesByCase.entries,
      ...(dhparam ? { dhparam } : {}),
      ...this.#unreadOf(unread, folder),
      problems: [...problems, ...groups.problems, ...unfit].toSorted((a, b) =>
        a.path < b.path ? -1 : 1,
      ),
    };
    this.#kept = kept;
    if (!isSame(found, this.#files)) this.#files = found;
    return this.#files;
  }

  #unreadOf(unread: ReadonlySet<string>, certificates: string): Pick<ProxyFiles, 'unread'> {
    const of = { users: unread.has(this.#places.users), certificates: unread.has(certificates) };
    return of.users || of.certificates ? { unread: of } : {};
  }

  /** What becomes of sites for which nobody knows what lies in a folder. */
  #meanwhile(folder: string): string {
    const { users, certificates } = this.#places;
    if (folder === users) return 'until then no site lets anybody in, for it may need a password';
    if (folder !== certificates) return 'until then it counts as empty';
    return 'until then no site is served over HTTPS, nor over HTTP where that is redirected';
  }

  #isOfUsers(path: string): boolean {
    return path.startsWith(`${this.#places.users}/`);
  }

  async #each<Item, Result>(
    items: readonly Item[],
    make: (item: Item) => Promise<Result | undefined>,
  ): Promise<readonly Result[]> {
    const made = await Promise.all(items.map((item) => this.#pool.run(() => make(item))));
    return made.flatMap((one) => one ?? []) as Result[];
  }

  /** @param unread gets the folder when it could not be read so far. */
  async #list(
    folder: string,
    problems: FileProblem[],
    unread: Set<string>,
  ): Promise<readonly string[]> {
    try {
      const names = await namesIn(this.#root + folder);
      this.#names.set(folder, names);
      // Without one of its files a site of users would be open.
      if (names.length <= this.#maxEntries || folder === this.#places.users) return names;
      problems.push({
        path: folder,
        reason: `holds ${names.length} entries, and only the first ${this.#maxEntries} by name count: remove what no site needs`,
      });
      return names.slice(0, this.#maxEntries);
    } catch (error) {
      const before = this.#names.get(folder);
      if (!before) unread.add(folder);
      const until = before ? 'what was there before counts until then' : this.#meanwhile(folder);
      const reason = `cannot be read (${messageOf(error)}): let tsgen read it; ${until}`;
      problems.push({ path: folder, reason });
      return before ?? [];
    }
  }
}

async function readHook(
  path: string,
  kept: KeptFiles,
): Promise<HookFile | FileProblem | undefined> {
  const look = await kept.look(path);
  if (look.kind === 'absent' || look.kind === 'folder') return undefined;
  if (look.kind === 'unfit') return { path, reason: look.reason };
  const digest =
    look.size > MAX_DIGESTED_BYTES
      ? ({ kind: 'denied' } as const)
      : await kept.digest(path, MAX_DIGESTED_BYTES);
  switch (digest.kind) {
    case 'read':
      return { path, digest: digest.bytes.toString('hex').slice(0, 16) };
    case 'denied':
      // The proxy may still read it.
      return { path, digest: shortDigest(look.looks) };
    case 'absent':
      return undefined;
    case 'unfit':
      return { path, reason: digest.reason };
  }
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function mapBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, T> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

/** Entries that did not change are the same objects; problems are few. */
function isSame(a: ProxyFiles, b: ProxyFiles): boolean {
  return (
    hasSameEntries(a.hooks, b.hooks) &&
    hasSameEntries(a.certificates, b.certificates) &&
    hasSameEntries(a.clientAuthorities, b.clientAuthorities) &&
    a.dhparam === b.dhparam &&
    JSON.stringify(a.unread) === JSON.stringify(b.unread) &&
    JSON.stringify(a.problems) === JSON.stringify(b.problems)
  );
}

function hasSameEntries<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
