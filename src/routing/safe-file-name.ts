/**
 * Whether a name can be a file's in one of the proxy's folders and stands for itself wherever a
 * proxy's configuration takes a path: no folder, no blank, no quote, and no `$`, which nginx takes
 * for a variable and cannot escape. Hosts of every kind but regexes are such names. `*` and `[`
 * mean something to nginx's `include` alone.
 */
export function isFileName(name: string): boolean {
  return /^[\w.*~+@[\]:-]{1,250}$/.test(name) && name !== '.' && name !== '..';
}
