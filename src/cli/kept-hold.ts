import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { hasState, stateIfThere } from '../output/state.ts';
import { heldByNote } from '../pipeline/hold.ts';
import type { HeldReport } from '../status/history-report.ts';
import { stateOptions } from './runtime-dir.ts';

/** The set of a destination that a watch which does not run now has left held; `undefined`: none. */
export async function keptHold(dest: string, log: Logger): Promise<HeldReport | undefined> {
  if (!hasState(dest)) return undefined;
  for (const state of await stateIfThere(dest, stateOptions())) {
    try {
      const held = heldByNote((await state.readNote('hold')) ?? {});
      if (held) return held;
    } catch (error) {
      log.warn(`Cannot read whether a set of '${dest}' is held: ${messageOf(error)}`, { dest });
    }
  }
  return undefined;
}
