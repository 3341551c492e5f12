import type { FileProblem } from '../routing/proxy-files.ts';

/** Names that are no host's: in another case they mean nothing. */
const NO_HOST = /^default(?:$|[_.])/;

/**
 * The same, with each entry also under its name in lower case, as hosts are written here:
 * `Example.com` is for the host that a container calls so too. Where one is called by that name, it
 * is meant; of several others the first counts, with a problem.
 *
 * @param entries by path or name; only what follows the last slash is a name
 * @param pathOf where an entry lies, for people
 */
export function inAnyCase<T>(
  entries: ReadonlyMap<string, T>,
  pathOf: (key: string) => string = (key) => key,
): { readonly entries: ReadonlyMap<string, T>; readonly problems: readonly FileProblem[] } {
  const all = new Map(entries);
  const meant = new Map<string, string>();
  const problems: FileProblem[] = [];
  for (const key of [...entries.keys()].toSorted()) {
    const at = key.lastIndexOf('/') + 1;
    const name = key.slice(at).toLowerCase();
    const lower = key.slice(0, at) + name;
    const entry = entries.get(key);
    if (entry === undefined || entries.has(lower) || NO_HOST.test(name)) continue;
    const first = meant.get(lower);
    if (first === undefined) {
      meant.set(lower, key);
      all.set(lower, entry);
    } else {
      const reason = `is left out, for ${pathOf(first)} has the same name in another case, and hosts know no case: leave one of them, called ${name}`;
      problems.push({ path: pathOf(key), reason });
    }
  }
  return { entries: all, problems };
}
