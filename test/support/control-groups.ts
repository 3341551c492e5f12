import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/**
 * Removes the control groups whose name begins like this, with those in them, in every hierarchy:
 * an engine leaves its containers' parent behind, and one that was killed theirs too. Nothing
 * happens where there are none. Their processes must have ended.
 */
export async function removeControlGroups(prefix: string): Promise<void> {
  for (const group of await groupsWithin(ROOT)) {
    const below = group.slice(ROOT.length).split('/');
    if (below.some((name) => name.startsWith(prefix))) await rmdir(group);
  }
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
