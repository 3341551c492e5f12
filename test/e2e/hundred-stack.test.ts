import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAnswering } from '../support/answering.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { underLoad } from '../support/load.ts';
import { Workspace } from '../support/workspace.ts';

const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let stack: ComposeStack;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/hundred.yml', workspace, { images: inject('images') });
  await stack.compose('up', '-d');
  await expectAnswering(stack.site, await stack.replicas());
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the stack of a hundred', () => {
  it.each([100, 1])(
    'comes to %i replicas with ten reloads at most, and loses no request',
    async (count) => {
      const before = await stack.logged("Running 'reload HAProxy'");
      const { requests, lost } = await underLoad(stack.site, async () => {
        await stack.scale({ web: count });
        await expectAnswering(stack.site, await stack.replicas());
      });
      expect(await stack.replicas()).toHaveLength(count);
      expect((await stack.logged("Running 'reload HAProxy'")) - before).toBeLessThanOrEqual(10);
      expect(await stack.logged('Error running notify command')).toBe(0);
      expect(requests).toBeGreaterThan(100);
      expect(lost).toEqual([]);
    },
    240_000,
  );
});
