import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

export type SidePath =
  /** `confined`: its folder must be one in the destination's, whatever the links on the way. */
  | { readonly kind: 'allowed'; readonly path: string; readonly confined: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Where a file goes that a template writes beside its destination. A relative path stays in the
 * destination's folder. So does an absolute one that is not the author's own word: it may be a
 * container's, and then no name in it may begin with a dot, as those of tsgen's own files and of
 * many other programs' settings do.
 *
 * @param path as the template says it.
 * @param options.isLiteral it stands in the template as it is.
 * @param options.destination absolute; '' is standard output, where paths stay relative.
 */
export function sidePath(
  path: string,
  { isLiteral, destination }: { readonly isLiteral: boolean; readonly destination: string },
): SidePath {
  if (path === '') return refused('it is empty');
  if (/\p{Cc}/u.test(path)) return refused('it holds control characters');
  if (/(^|\/)\.{0,2}$/.test(path)) return refused('it names a folder, not a file');
  // Where nothing is written, any folder will do to tell whether a path leaves it.
  const main = destination === '' ? '/dev/stdout' : destination;
  const full = resolve(dirname(main), path);
  const within = relative(dirname(main), full);
  const parts = within.split(sep);
  const leaves = parts[0] === '..' || isAbsolute(within);
  const isFree = isLiteral && isAbsolute(path);
  if (leaves && !isFree) {
    return refused(
      isAbsolute(path)
        ? 'it is absolute, not in the folder of the destination, and does not stand in the template as it is'
        : 'it leaves the folder of the destination',
    );
  }
  if (full === main) return refused('it is the destination itself');
  if (parts.includes('.tsgen')) return refused("tsgen's own state lies there");
  if (!isLiteral && parts.some((part) => part.startsWith('.'))) {
    return refused('a name in it begins with a dot');
  }
  const shown = destination === '' && !isAbsolute(path) ? within : full;
  return { kind: 'allowed', path: shown, confined: !isFree };
}

function refused(reason: string): SidePath {
  return { kind: 'refused', reason };
}
