import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Served } from './answering.ts';

/** What became of a client that keeps its connection. */
export interface Kept {
  readonly requests: number;
  readonly connections: number;
  /** What it was told in the place of an answer from a replica. */
  readonly lost: readonly string[];
}

/**
 * Sends requests one after the other over one connection while something goes on.
 *
 * @param pauseMs between two of them, in milliseconds.
 */
export async function keepingConnection(
  { front, host, path, replicaOf }: Served,
  work: () => Promise<unknown>,
  pauseMs = 0,
): Promise<Kept> {
  let connections = 0;
  class Counting extends Agent {
    override createConnection() {
      connections += 1;
      return front();
    }
  }
  const agent = new Counting({ keepAlive: true, maxSockets: 1 });
  const lost: string[] = [];
  let requests = 0;
  let goesOn = true;
  const ask = async () =>
    await new Promise<string>((resolve, reject) => {
      const asked = request({ agent, path, headers: { host } }, (response) => {
        response.resume().on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve(replicaOf({ status, headers, body: '' }));
        });
      });
      asked.once('error', reject).end();
    });
  const asking = (async () => {
    while (goesOn) {
      requests += 1;
      const outcome = await ask().catch(String);
      if (!/^[0-9a-f]{12}$/.test(outcome)) lost.push(outcome);
      if (pauseMs > 0) await delay(pauseMs);
    }
  })();
  try {
    await work();
  } finally {
    goesOn = false;
    await asking;
    agent.destroy();
  }
  return { requests, connections, lost };
}
