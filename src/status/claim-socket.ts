import { link, lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, TsgenError } from '../base/errors.ts';
import { requestControl } from './control-client.ts';
import type { StatusReport } from './report.ts';

/** With the pause between them about 5 s, and nobody holds the lock for more than a request. */
const MAX_ATTEMPTS = 100;
const PAUSE_MS = 50;

/**
 * Gives a socket that already listens on `own` the name `path` too, which is the claim: a link
 * cannot be made where something is. What is dead there is removed first, by one at a time, who
 * holds `.takeover` in the same folder. Else one who has found a dead socket might remove the live
 * one that another has put in its place meanwhile.
 *
 * @throws TsgenError `conflict` when a watch answers at `path`; else the system's error.
 */
export async function claimSocket(own: string, path: string): Promise<void> {
  const lock = join(dirname(path), '.takeover');
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (await linked(own, path)) return;
    if (await isDead(path)) {
      if (await linked(own, lock)) {
        try {
          // Again, now that nobody else may remove it.
          if (await isDead(path)) await rm(path, { force: true });
          if (await linked(own, path)) return;
        } finally {
          await rm(lock, { force: true });
        }
      } else {
        await breakDeadLock(lock);
      }
    }
    await sleep(PAUSE_MS * Math.random());
  }
  throw new Error(`others kept taking and leaving it ${MAX_ATTEMPTS} times`);
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @throws TsgenError `conflict` with the words of the watch that lives there. */
async function isDead(path: string): Promise<boolean> {
  const found = await look(path);
  if (found.kind === 'answers') {
    const { owner } = found;
    throw new TsgenError(
      'conflict',
      `${owner.destination} is owned by another watch (process ${owner.pid}, template ${owner.template}). Stop that one first, or give this one a destination of its own.`,
    );
  }
  return found.kind === 'dead';
}

/** Of one that was killed while it held it, which it does for a moment only. */
async function breakDeadLock(lock: string): Promise<void> {
  const before = await lstat(lock, { bigint: true }).catch(() => undefined);
  if (!before || (await look(lock)).kind !== 'dead') return;
  const after = await lstat(lock, { bigint: true }).catch(() => undefined);
  // The number alone does not do: a new file may get that of one which is gone.
  if (after?.ino === before.ino && after.ctimeNs === before.ctimeNs) {
    await rm(lock, { force: true });
  }
}

type Found =
  | { readonly kind: 'answers'; readonly owner: StatusReport }
  /** Something is there, and no process listens on it. */
  | { readonly kind: 'dead' }
  /** It has gone, or is about to. */
  | { readonly kind: 'leaving' };

async function look(path: string): Promise<Found> {
  try {
    return { kind: 'answers', owner: await requestControl<StatusReport>(path, 'GET', '/status') };
  } catch (error) {
    switch (codeOf(error)) {
      case 'ECONNREFUSED':
      case 'ENOTSOCK':
        return { kind: 'dead' };
      case 'ENOENT':
        // Of a link that leads nowhere as well, which stays.
        return (await lstat(path).catch(() => undefined))?.isSymbolicLink()
          ? { kind: 'dead' }
          : { kind: 'leaving' };
      case 'ECONNRESET':
      case 'EPIPE':
      case 'EAGAIN':
        return { kind: 'leaving' };
      default:
        throw error;
    }
  }
}
