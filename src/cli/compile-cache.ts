import { existsSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import module from 'node:module';
import { type UserInfo, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside the built program, whose chunks lie in a folder of their own; whoever installs it may make it. */
const SHIPPED = new URL('../compile-cache', import.meta.url);
/** Writable for others than the owner. */
const FOR_OTHERS = 0o022;

type Account = Pick<UserInfo<string>, 'homedir' | 'uid'>;

/**
 * Has V8 take what it compiled before from a folder beside the program, where there is one, else from
 * one of the user's own (`~/.cache/tsgen`), where Node knows how (from 22.1 on). Code that others could
 * have put somewhere is not run: the folder is that of who runs tsgen, by the system's account and not
 * by a variable, and nobody else may write there. Where that is not to be had, it is done without.
 */
export function useCompileCache(): void {
  const { enableCompileCache } = module as Partial<Pick<typeof module, 'enableCompileCache'>>;
  if (!enableCompileCache) return;
  const folder = existsSync(SHIPPED) ? fileURLToPath(SHIPPED) : ownFolder(account());
  if (folder !== undefined) enableCompileCache(folder);
}

/**
 * The folder of an account, made where it is missing.
 *
 * @returns `undefined` where there is none that is safe.
 */
export function ownFolder(account: Account | undefined): string | undefined {
  if (!account) return undefined;
  const { homedir, uid } = account;
  const cache = join(homedir, '.cache');
  const folder = join(cache, 'tsgen');
  try {
    // Homes may be behind a link of the system's.
    if (!isOwn(statSync(homedir), uid)) return undefined;
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return [cache, folder].every((path) => isOwn(lstatSync(path), uid)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function isOwn(facts: Stats, uid: number): boolean {
  return facts.isDirectory() && facts.uid === uid && (facts.mode & FOR_OTHERS) === 0;
}

function account(): Account | undefined {
  try {
    return userInfo();
  } catch {
    // A user by number alone, as containers have them.
    return undefined;
  }
}
