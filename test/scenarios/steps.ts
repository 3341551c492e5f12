import { setTimeout as delay } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { Said } from '../backends/said.ts';
import { BY_ENGINE, SOON } from '../support/soon.ts';
import type { Answered, Outcome, Refused, TlsFacts } from './exchange.ts';
import type { Files, NetworkKey, Step } from './scenario.ts';
import type { Request, Scene } from './scene.ts';

/** What is to be seen. Only what is named is looked at. */
export interface Expected {
  readonly status?: number;
  /** Name of the container that answered; of several, any one. '' for none of them. */
  readonly from?: string | readonly string[];
  /** What the back end was asked; a header that is `undefined` must not be there. */
  readonly asked?: Partial<Omit<Said, 'headers' | 'name'>> & {
    readonly headers?: Readonly<Record<string, string | RegExp | undefined>>;
  };
  /** Headers of the answer; one that is `undefined` must not be there. */
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>;
  readonly body?: string | RegExp;
  readonly tls?: Partial<TlsFacts>;
  /** There is no answer, for this reason. */
  readonly refused?: Refused['at'];
  /** No container answers: the proxy does, or nobody. */
  readonly isServed?: false;
}

/** A proxy's old workers answer for a while beside the new ones. */
const STEADY_MS = 300;
/** Enough that each of a few workers, taking its servers in turn, comes to all of them. */
const REQUESTS_A_CONTAINER = 8;
/** While they are still to come: each request costs proxy and back end something. */
const GLIMPSE_A_CONTAINER = 3;

const wish = (request: string | Request): Request =>
  typeof request === 'string' ? { url: request } : request;

/** Asks until the answer is as expected. */
export function ask(request: string | Request, expected: Expected): Step {
  return (scene) =>
    vi.waitFor(async () => check(await scene.ask(wish(request)), expected, wish(request)), SOON);
}

/** Asks until so many answers in a row are as expected; what `see` says of them then holds too. */
export function askOften(
  request: string | Request,
  times: number,
  expected: Expected,
  see: (outcomes: readonly Answered[]) => void = () => undefined,
): Step {
  return (scene) =>
    vi.waitFor(async () => {
      const answers: Answered[] = [];
      for (let count = 0; count < times; count += 1) {
        const outcome = await scene.ask(wish(request));
        check(outcome, expected, wish(request));
        if (outcome.kind === 'answered') answers.push(outcome);
      }
      see(answers);
    }, SOON);
}

/** Asks until exactly these containers answer, all of them and no other, and go on to do so. */
export function spread(request: string | Request, names: readonly string[]): Step {
  return (scene) => {
    const look = async (each: number) => {
      const seen = new Set<string>();
      for (let count = 0; count < names.length * each; count += 1) {
        const source = sourceOf(await scene.ask(wish(request)));
        seen.add(source);
        if (!names.includes(source)) break;
      }
      expect([...seen].sort(), `who answers ${wish(request).url}`).toEqual([...names].sort());
    };
    return vi.waitFor(async () => {
      await look(GLIMPSE_A_CONTAINER);
      const since = performance.now();
      for (;;) {
        await look(REQUESTS_A_CONTAINER);
        if (performance.now() - since >= STEADY_MS) return;
        // What the machine has is for those that answer, too.
        await delay(STEADY_MS / 3);
      }
    }, SOON);
  };
}

/** Asks until of so many answers as many come from each of these containers, or nearly so. */
export function share(request: string | Request, counts: Readonly<Record<string, number>>): Step {
  const times = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (scene) =>
    vi.waitFor(async () => {
      const seen = new Map<string, number>();
      for (let asked = 0; asked < times; asked += 1) {
        const source = sourceOf(await scene.ask(wish(request)));
        seen.set(source, (seen.get(source) ?? 0) + 1);
      }
      const context = JSON.stringify([...seen]);
      expect([...seen.keys()].filter((name) => !counts[name])).toEqual([]);
      for (const [name, count] of Object.entries(counts)) {
        expect(Math.abs((seen.get(name) ?? 0) - count), context).toBeLessThanOrEqual(times / 10);
      }
    }, SOON);
}

function sourceOf(outcome: Outcome): string {
  if (outcome.kind === 'refused') return `refused: ${outcome.reason}`;
  return outcome.said?.name ?? `status ${outcome.status}`;
}

function check(outcome: Outcome, expected: Expected, { method = 'GET', url }: Request): void {
  const context = `${method} ${url}: ${JSON.stringify(outcome)}`;
  if (expected.refused !== undefined) {
    expect(outcome.kind === 'refused' ? outcome.at : 'answered', context).toBe(expected.refused);
    return;
  }
  if (expected.isServed === false) {
    expect(outcome.kind === 'answered' ? outcome.said : undefined, context).toBeUndefined();
    return;
  }
  if (outcome.kind === 'refused') throw new Error(`Refused, though it should not be: ${context}`);
  if (expected.status !== undefined) expect(outcome.status, context).toBe(expected.status);
  if (expected.from !== undefined) {
    expect([expected.from].flat(), context).toContain(outcome.said?.name ?? '');
  }
  if (expected.body !== undefined) checkText(outcome.body, expected.body, context);
  checkHeaders(outcome.headers, expected.headers ?? {}, context);
  if (expected.tls) expect(outcome.tls, context).toMatchObject(expected.tls);
  if (expected.asked) {
    const { headers = {}, ...asked } = expected.asked;
    expect(outcome.said, context).toMatchObject(asked);
    checkHeaders(outcome.said?.headers ?? {}, headers, context);
  }
}

function checkHeaders(
  found: Readonly<Partial<Record<string, string | readonly string[]>>>,
  expected: NonNullable<Expected['headers']>,
  context: string,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const text = [found[name.toLowerCase()] ?? []].flat().join(', ');
    if (value === undefined) {
      expect(Object.keys(found), context).not.toContain(name.toLowerCase());
    } else {
      checkText(text, value, `${name} of ${context}`);
    }
  }
}

function checkText(text: string, expected: string | RegExp, context: string): void {
  if (typeof expected === 'string') expect(text, context).toBe(expected);
  else expect(text, context).toMatch(expected);
}

// ---- what an operator does -----------------------------------------------------------------

const onContainer =
  (...command: readonly string[]) =>
  (name: string): Step =>
  async (scene) => {
    await scene.docker(...command, scene.container(name));
  };

/** Also a container that was created and not started. */
export const start = onContainer('start');
/** Returns when it has ended. */
export const stop = onContainer('stop');
export const kill = onContainer('kill');
export const restart = onContainer('restart');
export const pause =
  (name: string): Step =>
  (scene) =>
    scene.pause(name);
export const unpause = onContainer('unpause');

export const becomeHealthy = (name: string): Step => inContainer(name, 'touch', '/healthy');
export const becomeUnhealthy = (name: string): Step => inContainer(name, 'rm', '/healthy');

function inContainer(name: string, ...command: readonly string[]): Step {
  return async (scene) => {
    await scene.docker('exec', scene.container(name), ...command);
  };
}

/** Waits until Docker's health check has said so. */
export function health(name: string, status: 'starting' | 'healthy' | 'unhealthy'): Step {
  return async (scene) => {
    const format = '--format={{.State.Health.Status}}';
    await vi.waitFor(async () => {
      expect(await scene.docker('inspect', format, scene.container(name))).toBe(status);
    }, BY_ENGINE);
  };
}

export function connect(name: string, network: NetworkKey): Step {
  return async (scene) => {
    await scene.docker('network', 'connect', await scene.network(network), scene.container(name));
  };
}

export function disconnect(name: string, network: NetworkKey): Step {
  return async (scene) => {
    const full = await scene.network(network);
    await scene.docker('network', 'disconnect', full, scene.container(name));
  };
}

/** Puts files into the proxy's folders, or replaces them. */
export function write(files: Files): Step {
  return (scene) => scene.write(files);
}

export function remove(file: string): Step {
  return (scene) => scene.proxy.remove(file);
}

/** Waits until all that is known by now is live, so that what is not to change can be looked at. */
export const settle: Step = (scene) => scene.proxy.settle();

const CLIENTS = 4;

/** Asks all the time while the steps are done: each answer has to come from one of these. */
export function losesNothing(
  request: string | Request,
  names: readonly string[],
  ...steps: readonly Step[]
): Step {
  return async (scene) => {
    let goesOn = true;
    const lost: string[] = [];
    const client = async () => {
      while (goesOn) {
        const source = sourceOf(await scene.ask(wish(request)));
        if (!names.includes(source)) lost.push(source);
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);
    try {
      for (const step of steps) await step(scene);
    } finally {
      goesOn = false;
      await Promise.all(clients);
    }
    expect(lost).toEqual([]);
  };
}

// ---- what tsgen and the proxy say ----------------------------------------------------------

/** Waits for a problem of a container with a variable or label, with a reason such as this. */
export function problem(name: string, variable: string, reason = /./): Step {
  return (scene) =>
    vi.waitFor(async () => {
      const { problems } = await scene.proxy.status();
      const expected = { container: scene.container(name), variable };
      const reasons = problems.filter((one) => reason.test(one.reason));
      expect(reasons, JSON.stringify(problems)).toContainEqual(expect.objectContaining(expected));
    }, SOON);
}

/** Waits for a problem, whoever has it, that speaks of all these: texts, or names of containers. */
export function problemAbout(...words: readonly string[]): Step {
  return (scene) =>
    vi.waitFor(async () => {
      const { problems } = await scene.proxy.status();
      const telling = problems.filter((one) => {
        const text = JSON.stringify(one);
        return words.every((word) => text.includes(word) || text.includes(scene.container(word)));
      });
      expect(telling, JSON.stringify(problems)).not.toEqual([]);
    }, SOON);
}

/** Waits until tsgen says why a container gets no traffic. */
export function absent(name: string, reason: RegExp): Step {
  return (scene) =>
    vi.waitFor(async () => {
      const { sites } = await scene.proxy.status();
      const reasons = sites
        .flatMap((site) => site.absent)
        .filter(({ container }) => container === scene.container(name))
        .map((one) => one.reason);
      expect(reasons.join('\n')).toMatch(reason);
    }, SOON);
}

/** Waits for a line in the logs of the proxy and of tsgen. */
export function logged(line: RegExp): Step {
  return (scene) =>
    vi.waitFor(async () => {
      expect((await scene.proxy.logs()).filter((found) => line.test(found))).not.toEqual([]);
    }, BY_ENGINE);
}

/** The logs hold no such line by now. */
export function notLogged(line: RegExp): Step {
  return async (scene) => {
    expect((await scene.proxy.logs()).filter((found) => line.test(found))).toEqual([]);
  };
}

/** What is left to say in a scenario's own words. */
export function see(look: (scene: Scene) => Promise<void>): Step {
  return (scene) => vi.waitFor(() => look(scene), SOON);
}
