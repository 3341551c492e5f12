import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { messageOf, TsgenError } from '../base/errors.ts';

/**
 * Finds the program that a name means, by PATH unless it has a slash.
 *
 * @throws TsgenError `proxy` when there is none that can be run.
 */
export async function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const path = env.PATH ?? '';
  const candidates = name.includes('/')
    ? [name]
    : path.split(delimiter).map((folder) => join(folder || '.', name));
  let cause: unknown;
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch (error) {
      cause = error;
    }
  }
  const reason = name.includes('/') && cause ? messageOf(cause) : `it is not in PATH (${path})`;
  throw new TsgenError(
    'proxy',
    `'${name}', which --exec names, cannot be run: ${reason}. Install it here, or name the container that it runs in with --proxy.`,
    { cause },
  );
}
