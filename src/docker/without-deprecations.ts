/**
 * dockerode parses TCP endpoints with `url.parse`. Node.js 24 warns of that (DEP0169), once, where
 * the code is not in a folder of packages but in tsgen's bundle; users could do nothing about it.
 */
export function withoutDeprecations<Result>(run: () => Result): Result {
  const before = process.noDeprecation ?? false;
  process.noDeprecation = true;
  try {
    return run();
  } finally {
    process.noDeprecation = before;
  }
}
