import { randomBytes } from 'node:crypto';
import { hasState, stateIfThere } from '../output/state.ts';
import type { StateNote } from '../pipeline/state-note.ts';
import { stateOptions } from './runtime-dir.ts';

const BYTES = 32;
const SECRET = /^[0-9a-f]{64}$/;

/** What proves to a proxy that it is tsgen who tells it of members: made once, and kept. */
export async function memberSecret(note: StateNote): Promise<string> {
  const before = secretIn(await note.read());
  if (before !== undefined) return before;
  const secret = randomBytes(BYTES).toString('hex');
  await note.write({ secret });
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
