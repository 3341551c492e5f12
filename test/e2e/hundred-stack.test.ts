import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAnswering } from '../support/answering.ts';
import { ComposeStack, type ScaleOptions } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { underLoad } from '../support/load.ts';
import { Workspace } from '../support/workspace.ts';

const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let stack: ComposeStack;

/** Not what would have each replica start a thread. */
const site = () => ({ ...stack.site, path: '/' });

beforeAll(async () => {
  stack = await ComposeStack.of('compose/hundred.yml', workspace, { images: inject('images') });
  await stack.compose('up', '-d');
  await expectAnswering(site(), await stack.replicas());
});

afterAll(() => workspace[Symbol.asyncDispose]());

const RELOAD = "Running 'reload HAProxy'";
const LIMIT_MS = 500_000;

async function scale(count: number, options: ScaleOptions = {}): Promise<void> {
  await stack.scale({ web: count }, options);
  const replicas = await stack.replicas();
  expect(replicas).toHaveLength(count);
  await expectAnswering(site(), replicas, { timeoutMs: 90_000, each: 3 });
}

describe('the stack of a hundred', () => {
  let before: number;

  beforeAll(async () => {
    before = await stack.logged(RELOAD);
  });

  it(
    'comes to a hundred replicas that all serve without a reload',
    async () => {
      await scale(100, { atOnce: 8 });
      expect((await stack.logged(RELOAD)) - before).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'goes back to one without a reload, and loses no request',
    async () => {
      // One client: the machine has enough to do.
      const { requests, lost } = await underLoad(site(), () => scale(1), 1);
      expect((await stack.logged(RELOAD)) - before).toBe(0);
      expect(requests).toBeGreaterThan(100);
      expect(lost).toEqual([]);
    },
    LIMIT_MS,
  );
});
