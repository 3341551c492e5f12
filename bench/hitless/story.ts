import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet, Replica } from './fleet.ts';
import type { Load } from './load.ts';

/**
 * What happens: all that can happen to a service; members alone that come and go as they should; the same
 * containers, but of no site, which cost the machine as much; or nothing.
 */
export type Story = 'whole' | 'members' | 'beside' | 'nothing';

export interface StoryOptions {
  readonly story: Story;
  /** How many replicas there are: at the start, and after each scaling. */
  readonly sizes: Sizes;
  /** How long it takes at least. */
  readonly seconds: number;
  /** For traffic to reach a new replica; beyond it, it is late. */
  readonly patienceMs: number;
  readonly progress: (text: string) => void;
}

export interface Actors {
  readonly fleet: Fleet;
  readonly load: Load;
  /** A container that asks for something that is not valid. */
  readonly neighbour: { start(): Promise<void>; stop(): Promise<void> };
}

export type Sizes = readonly [number, number, number, number, number, number];

/**
 * Reads six numbers with commas between them; without a text, those of the claim.
 *
 * @throws Error when it is anything else.
 */
export function sizesOf(text = '2,8,3,10,1,5'): Sizes {
  const [first = 0, more = 0, fewer = 0, most = 0, one = 0, last = 0, ...rest] = text
    .split(',')
    .map(Number);
  const sizes = [first, more, fewer, most, one, last] as const;
  if (rest.length > 0 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new Error(`'${text}' are no sizes: give six numbers, as in 2,8,3,10,1,5`);
  }
  return sizes;
}

type Step = readonly [what: string, act: () => Promise<unknown>];

/**
 * Plays a story under load. The whole one: the service is scaled up and down and replaced replica by
 * replica; one replica ignores TERM, one is killed, one dies; a neighbour with an invalid setting comes
 * and goes. That of members: the scaling and the replacing alone.
 *
 * @returns the replicas that got no request in time.
 */
export async function play(
  { fleet, load, neighbour }: Actors,
  { story, sizes, seconds, patienceMs, progress }: StoryOptions,
): Promise<readonly string[]> {
  const [, more, fewer, most, one, last] = sizes;
  const late: string[] = [];

  const serve = async (replicas: readonly Replica[]) => {
    // Those of no site are not asked.
    if (story === 'beside') return;
    const end = Date.now() + patienceMs;
    const waiting = () => replicas.filter(({ hostname }) => load.lastServed(hostname) === 0);
    while (waiting().length > 0 && Date.now() < end) await delay(50);
    late.push(...waiting().map(({ hostname }) => hostname));
  };
  const grow = async (size: number) => serve(await fleet.start(size - fleet.replicas.length));
  // Who stops goes on to serve for a while, and what happens next does not wait for it.
  const leaving: Promise<void>[] = [];
  const leave = (replicas: readonly Replica[]) => {
    const left = fleet.stop(replicas);
    left.catch(() => undefined);
    leaving.push(left);
  };
  const shrink = async (size: number) => leave(fleet.replicas.slice(0, -size));
  const replaceAll = async () => {
    for (const old of fleet.replicas) {
      await serve(await fleet.start(1));
      leave([old]);
    }
  };
  let stubborn: readonly Replica[] = [];

  const whole: readonly Step[] = [
    [`scaling to ${more}`, () => grow(more)],
    ['an invalid neighbour comes', () => neighbour.start()],
    [`scaling to ${fewer}`, () => shrink(fewer)],
    ['the neighbour goes', () => neighbour.stop()],
    [
      `scaling to ${most}, one of them stubborn`,
      async () => {
        stubborn = await fleet.start(1, { STUBBORN: '1' });
        await grow(most);
      },
    ],
    [
      'one dies',
      async () => {
        const [dying] = await fleet.start(1, { DIES_MS: '5000' });
        if (dying) await fleet.dies(dying);
      },
    ],
    [
      'one is killed',
      async () => {
        const victim = fleet.replicas.find((replica) => !stubborn.includes(replica));
        if (victim) await fleet.kill(victim);
      },
    ],
    ['the stubborn one is stopped', async () => leave(stubborn)],
    ['the neighbour comes again', () => neighbour.start()],
    [`scaling to ${one}`, () => shrink(one)],
    ['replacing all', replaceAll],
    [`scaling to ${last}`, () => grow(last)],
    ['replacing all', replaceAll],
    ['the neighbour goes', () => neighbour.stop()],
  ];
  const members: readonly Step[] = [
    [`scaling to ${more}`, () => grow(more)],
    [`scaling to ${fewer}`, () => shrink(fewer)],
    [`scaling to ${most}`, () => grow(most)],
    [`scaling to ${one}`, () => shrink(one)],
    ['replacing all', replaceAll],
    [`scaling to ${last}`, () => grow(last)],
    ['replacing all', replaceAll],
  ];
  const stories: Readonly<Record<Story, readonly Step[]>> = {
    whole,
    members,
    beside: members,
    nothing: [['nothing changes', async () => undefined]],
  };
  const steps = stories[story];
  const begin = Date.now();
  for (const [index, [what, act]] of steps.entries()) {
    progress(what);
    await act();
    const due = begin + (seconds * 1000 * (index + 1)) / steps.length;
    await delay(Math.max(0, due - Date.now()));
  }
  await Promise.all(leaving);
  return late;
}
