import { readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';
/** How long processes that were killed may take to be gone. */
const ENDING_MS = 10_000;
const LOOK_AGAIN_MS = 20;

/**
 * Removes the control groups whose name begins like this, with those in them, in every hierarchy:
 * an engine leaves its containers' parent behind, and one that was killed theirs too. Nothing
 * happens where there are none. Their processes must have been killed.
 */
export async function removeControlGroups(prefix: string): Promise<void> {
  await thawControlGroups(prefix);
  const deadline = Date.now() + ENDING_MS;
  for (const group of await groupsNamed(prefix)) {
    for (;;) {
      try {
        await rmdir(group);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || Date.now() > deadline) throw error;
        await delay(LOOK_AGAIN_MS);
      }
    }
  }
}

/** Lets paused containers go on. With cgroups v1 nothing, not even a kill, ends them before. */
export async function thawControlGroups(prefix: string): Promise<void> {
  for (const group of await groupsNamed(prefix)) {
    // Other hierarchies have no such file, nor has v2, where what is paused can be killed.
    await writeFile(join(group, 'freezer.state'), 'THAWED', { flag: 'r+' }).catch(() => undefined);
  }
}

async function groupsNamed(prefix: string): Promise<readonly string[]> {
  const groups = await groupsWithin(ROOT);
  return groups.filter((group) =>
    group
      .slice(ROOT.length)
      .split('/')
      .some((name) => name.startsWith(prefix)),
  );
}

/** All groups below one, the inner ones first. */
async function groupsWithin(parent: string): Promise<readonly string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const groups: string[] = [];
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const path = join(parent, entry.name);
    groups.push(...(await groupsWithin(path)), path);
  }
  return groups;
}
