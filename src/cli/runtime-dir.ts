import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemFiles } from '../output/files.ts';
import type { StateOptions } from '../output/state.ts';
import { WatchRegistry } from '../status/registry.ts';

/** What the choice of a state folder depends on. */
export function stateOptions(): StateOptions {
  return { files: systemFiles, temporaryFolder: tmpdir(), uid: process.getuid?.() };
}

/** Where watches of this user leave word of themselves. */
export function watchRegistry(): WatchRegistry {
  const { temporaryFolder, uid } = stateOptions();
  return new WatchRegistry(join(temporaryFolder, `tsgen-${uid ?? 'user'}`, 'watches'), uid);
}
