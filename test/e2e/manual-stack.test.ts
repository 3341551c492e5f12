import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { answering, expectAnswering } from '../support/answering.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { Workspace } from '../support/workspace.ts';

const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let stack: ComposeStack;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/manual.yml', workspace, { images: inject('images') });
  await stack.compose('up', '-d', '--wait');
});

afterAll(() => workspace[Symbol.asyncDispose]());

const reload = () => stack.compose('exec', 'proxy', 'nginx', '-s', 'reload');

describe('the stack that was configured by hand', () => {
  it('asks its three replicas one after the other', async () => {
    const replicas = await stack.replicas();
    expect(replicas).toHaveLength(3);
    await expectAnswering(stack.site, replicas);
    expect(await answering(stack.site, 3)).toEqual(new Set(replicas));
  });

  it.each([5, 2])('does not follow a scale to %i until it is told to', async (count) => {
    const before = await stack.replicas();
    await stack.scale({ web: count }, { wait: true });
    const after = await stack.replicas();
    expect(after).toHaveLength(count);
    // Those that have come are not asked, however often.
    const known = after.filter((replica) => before.includes(replica));
    await expectAnswering(stack.site, known);
    await reload();
    await expectAnswering(stack.site, after);
  });
});
