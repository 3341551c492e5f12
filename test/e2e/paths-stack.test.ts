import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { expectAnswering, serviceSite } from '../support/answering.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { get } from '../support/http.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
let stack: ComposeStack;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/paths.yml', workspace, { images: inject('images') });
  await stack.scale({ api: 2 }, { wait: true });
});

afterAll(() => workspace[Symbol.asyncDispose]());

const site = (path: string) => ({ ...serviceSite(stack.front, 'localhost'), path });

const ROUNDS = 5;

/** Asks in a row, each time with its number, and returns who has answered. */
async function ask(path: string, count: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { headers } = await get(stack.front, 'localhost', `${path}?turn=${i}`);
    seen.push(String(headers['x-served-by']));
  }
  return seen;
}

/**
 * Whom the proxy's log says that it has asked for a path, in the order of the requests: the order of the
 * lines is not it, for each worker writes its own, after the answer.
 */
async function logged(path: string): Promise<readonly string[]> {
  const lines = await engine.logs(await stack.containerOf('proxy'));
  const turns = new Map<number, string>();
  for (const line of lines) {
    const turn = line.split(`"GET ${path}?turn=`)[1]?.match(/^\d+/)?.[0];
    if (turn !== undefined) turns.set(Number(turn), line.match(/"([\d.]+):3000"$/)?.[1] ?? line);
  }
  return [...turns].sort(([a], [b]) => a - b).map(([, server]) => server);
}

/** The first ones over and over, and none of them twice in a round. */
function inTurn(first: readonly string[]): readonly string[] {
  expect(new Set(first).size).toBe(first.length);
  return Array.from({ length: ROUNDS }, () => first).flat();
}

describe('the stack of two paths', () => {
  it('serves the page from the root, and the path to the API without its prefix', async () => {
    await expectAnswering(site('/'), await stack.replicas('front'));
    await expectAnswering(site('/api/'), await stack.replicas('api'));
    expect((await get(stack.front, 'localhost', '/')).body).toContain('Who answers?');
    const { body } = await get(stack.front, 'localhost', '/api/is_prime/1234');
    expect(JSON.parse(body)).toEqual({ integer: 1234, is_prime: false });
  });

  it.each([5, 2])('asks %i replicas strictly in turn, as its log shows', async (count) => {
    await stack.scale({ api: count }, { wait: true });
    const replicas = await stack.replicas('api');
    expect(replicas).toHaveLength(count);
    await expectAnswering(site('/api/'), replicas);
    const path = `/api/is_prime/${count}1`;
    const seen = await ask(path, ROUNDS * count);
    expect(seen).toEqual(inTurn(seen.slice(0, count)));
    await vi.waitFor(async () => expect(await logged(path)).toHaveLength(seen.length), BY_ENGINE);
    const asked = await logged(path);
    expect(asked).toEqual(inTurn(asked.slice(0, count)));
  });
});
