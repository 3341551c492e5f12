import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAnswering } from '../support/answering.ts';
import { ComposeStack, type ScaleOptions } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { underLoad } from '../support/load.ts';
import { Workspace } from '../support/workspace.ts';

const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let stack: ComposeStack;
/** What the start took, while HAProxy was not there yet. */
let atStart: { readonly reloads: number; readonly forMembers: number };

/** Not what would have each replica start a thread. */
const site = () => ({ ...stack.site, path: '/' });

beforeAll(async () => {
  stack = await ComposeStack.of('compose/hundred.yml', workspace, { images: inject('images') });
  await stack.compose('up', '-d');
  // Until it has seen HAProxy run what it wrote.
  await stack.up('tsgen', '--wait');
  await expectAnswering(site(), await stack.replicas());
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** What tsgen says before a reload for members. */
const LOADS_ANEW = 'The proxy is to load anew, for its members: ';
const LIMIT_MS = 500_000;

async function scale(count: number, options: ScaleOptions = {}): Promise<void> {
  await stack.scale({ web: count }, options);
  const replicas = await stack.replicas();
  expect(replicas).toHaveLength(count);
  await expectAnswering(site(), replicas, { timeoutMs: 90_000, each: 3 });
}

/**
 * No reload has another cause than that the machine had no time: what it takes too long to tell HAProxy,
 * a reload stands in for.
 */
async function expectNoReload(): Promise<void> {
  const reloads = (await stack.linesWith(LOADS_ANEW)).slice(atStart.forMembers);
  const others = reloads.filter((line) => !line.includes(`${LOADS_ANEW}no answer within `));
  expect(others).toEqual([]);
  const late = reloads.length;
  expect(late).toBeLessThanOrEqual(3);
  // One that is not seen to work in time is told again, up to three times.
  expect(await stack.logged("Running 'reload HAProxy'")).toBeLessThanOrEqual(
    atStart.reloads + 3 * late,
  );
}

describe('the stack of a hundred', () => {
  beforeAll(async () => {
    const reloads = await stack.logged("Running 'reload HAProxy'");
    atStart = { reloads, forMembers: await stack.logged(LOADS_ANEW) };
  });

  it(
    'comes to a hundred replicas that all serve without a reload',
    async () => {
      await scale(100, { atOnce: 8 });
      await expectNoReload();
    },
    LIMIT_MS,
  );

  it(
    'goes back to one without a reload, and loses no request',
    async () => {
      // One client: the machine has enough to do.
      const { requests, lost } = await underLoad(site(), () => scale(1), 1);
      await expectNoReload();
      expect(requests).toBeGreaterThan(100);
      expect(lost).toEqual([]);
    },
    LIMIT_MS,
  );
});
