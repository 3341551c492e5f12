import { randomBytes } from 'node:crypto';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { hasState, stateIfThere } from '../output/state.ts';
import type { StateNote } from '../pipeline/state-note.ts';
import { stateOptions } from './runtime-dir.ts';

const BYTES = 32;
const SECRET = /^[0-9a-f]{64}$/;

export interface MemberSecretOptions {
  readonly note: StateNote;
  readonly log: Logger;
  /** For messages. */
  readonly dest: string;
}

/**
 * What proves to a proxy that it is tsgen who tells it of members: made once, and kept. One that cannot
 * be kept serves this run, and a later one has the proxy load its own.
 */
export async function memberSecret({ note, log, dest }: MemberSecretOptions): Promise<string> {
  const secret = randomBytes(BYTES).toString('hex');
  try {
    const before = secretIn(await note.read());
    if (before !== undefined) return before;
    await note.write({ secret });
  } catch (error) {
    log.warn(
      `Cannot keep the secret with which the proxy of '${dest}' is told of members (${messageOf(error)}): it counts for this run alone, and the next start is a reload.`,
      { dest },
    );
  }
  return secret;
}

/** That of a destination; `undefined` where no watch has made one yet. */
export async function memberSecretIfThere(destination: string): Promise<string | undefined> {
  if (!hasState(destination)) return undefined;
  for (const folder of await stateIfThere(destination, stateOptions())) {
    // It may be another user's, who is asked for it in vain.
    const note = await folder.readNote('members').catch(() => undefined);
    const secret = secretIn(note);
    if (secret !== undefined) return secret;
  }
  return undefined;
}

function secretIn(note: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const { secret } = note ?? {};
  return typeof secret === 'string' && SECRET.test(secret) ? secret : undefined;
}
