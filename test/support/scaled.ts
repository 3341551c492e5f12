import { expect } from 'vitest';
import { expectAnswering } from './answering.ts';
import type { ComposeStack } from './compose-stack.ts';
import { underLoad } from './load.ts';

/** Scales a stack's service under load: exactly its replicas have to answer, and no request is lost. */
export async function expectFollowedScale(stack: ComposeStack, count: number): Promise<void> {
  const { requests, lost } = await underLoad(stack.site, async () => {
    await stack.scale({ web: count });
    const expected = await stack.replicas();
    expect(expected).toHaveLength(count);
    await expectAnswering(stack.site, expected);
  });
  expect(requests).toBeGreaterThan(100);
  expect(lost).toEqual([]);
}
