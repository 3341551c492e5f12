import { setTimeout as delay } from 'node:timers/promises';
import type { Served } from './answering.ts';
import { get } from './http.ts';

/** Between two requests of a client: what the machine has is for those that serve them. */
const PAUSE_MS = 10;

/**
 * Sends requests all the time while something goes on, each over a connection of its own.
 *
 * @param clients how many at a time.
 * @returns how many there were, and what became of those that got no answer from a replica.
 */
export async function underLoad(
  { front, host, path, replicaOf }: Served,
  work: () => Promise<unknown>,
  clients = 4,
): Promise<{ readonly requests: number; readonly lost: readonly string[] }> {
  let goesOn = true;
  let requests = 0;
  const lost: string[] = [];
  const client = async () => {
    while (goesOn) {
      requests += 1;
      const outcome = await get(front, host, path).then(replicaOf, String);
      if (!/^[0-9a-f]{12}$/.test(outcome)) lost.push(outcome);
      await delay(PAUSE_MS);
    }
  };
  const running = Array.from({ length: clients }, client);
  try {
    await work();
  } finally {
    goesOn = false;
    await Promise.all(running);
  }
  return { requests, lost };
}
