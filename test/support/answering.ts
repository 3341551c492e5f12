import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Answer, type Front, get } from './http.ts';
import { SOON } from './soon.ts';

/** A proxy's front and how its answers tell which replica gave them. */
export interface Served {
  readonly front: Front;
  readonly host: string;
  readonly path: string;
  readonly replicaOf: (answer: Answer) => string;
}

/** A site whose replicas are the tests' tiny back end: its host name is a file that it serves. */
export function backendSite(front: Front, host: string): Served {
  return {
    front,
    host,
    path: '/etc/hostname',
    replicaOf: ({ status, body }) => (status === 200 ? body.trim() : `status ${status}`),
  };
}

/** A site whose replicas are the is_prime service, which names itself in a header. */
export function serviceSite(front: Front, host: string): Served {
  return {
    front,
    host,
    path: '/is_prime/97',
    replicaOf: ({ status, headers }) =>
      status === 200 ? String(headers['x-served-by']) : `status ${status}`,
  };
}

/** The replicas that answer `count` requests in a row; a failed request counts as one. */
export async function answering(site: Served, count: number): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let i = 0; i < count; i += 1) seen.add(await ask(site));
  return seen;
}

/** A request to a container that was killed this very moment may hang for long. */
const PATIENCE_MS = 2_000;

async function ask({ front, host, path, replicaOf }: Served): Promise<string> {
  return await get(front, host, path, { timeoutMs: PATIENCE_MS }).then(
    replicaOf,
    (error: Error) => `error: ${error.message}`,
  );
}

/** A proxy's old workers answer for a while beside the new ones. */
const STEADY_MS = 300;
/** Enough that each of a few workers, taking its servers in turn, comes to all of them. */
const REQUESTS_A_REPLICA = 12;
/** What is looked for while it is still to come: each request costs proxy and back end a process or two. */
const GLIMPSE_A_REPLICA = 2;

/**
 * Waits until exactly these replicas answer, all of them and no other, and have done so for a
 * while: what is seen once may still be from before.
 *
 * @param options.each requests for each replica; a proxy that takes them strictly in turn needs few.
 */
export async function expectAnswering(
  site: Served,
  replicas: readonly string[],
  {
    timeoutMs = SOON.timeout,
    each = REQUESTS_A_REPLICA,
  }: { readonly timeoutMs?: number; readonly each?: number } = {},
): Promise<void> {
  const expected = new Set(replicas);
  const count = (perReplica: number) => Math.max(1, expected.size) * perReplica;
  const end = performance.now() + timeoutMs;
  /** Those who answered since somebody did who is not expected. */
  const glimpsed = new Set<string>();
  for (;;) {
    for (const one of await answeringOnly(
      expected,
      site,
      count(Math.min(each, GLIMPSE_A_REPLICA)),
    )) {
      if (expected.has(one)) glimpsed.add(one);
      else glimpsed.clear();
    }
    if (isSame(glimpsed, expected)) {
      if (await answerSteadily(expected, site, count(each))) return;
      glimpsed.clear();
    }
    if (performance.now() > end) {
      const last = await answering(site, count(each));
      expect(last, `who answers for ${site.host} after ${timeoutMs} ms`).toEqual(expected);
    }
    await delay(SOON.interval);
  }
}

/** Whether these and no other give `count` answers in a row, again and again for a while. */
async function answerSteadily(
  expected: ReadonlySet<string>,
  site: Served,
  count: number,
): Promise<boolean> {
  const since = performance.now();
  for (;;) {
    if (!isSame(await answeringOnly(expected, site, count), expected)) return false;
    if (performance.now() - since >= STEADY_MS) return true;
    // What the machine has is for those that answer, too.
    await delay(STEADY_MS / 3);
  }
}

/** The replicas that answer `count` requests in a row, or until one answers that is not expected. */
async function answeringOnly(
  expected: ReadonlySet<string>,
  site: Served,
  count: number,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const one = await ask(site);
    seen.add(one);
    if (!expected.has(one)) break;
  }
  return seen;
}

function isSame(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((one) => others.has(one));
}

/** Waits until every request is answered with this status. */
export async function expectStatus(
  front: Front,
  host: string,
  status: number,
  options?: { readonly timeoutMs?: number },
): Promise<void> {
  const site: Served = { front, host, path: '/', replicaOf: (answer) => `${answer.status}` };
  await expectAnswering(site, [`${status}`], options);
}
