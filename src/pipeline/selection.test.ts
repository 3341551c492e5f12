import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { Selection } from './selection.ts';

const api = { listContainers: () => Promise.reject(new Error('nobody has to be asked')) };
const { signal } = new AbortController();

describe('Selection', () => {
  it('gives the list itself where all take part', async () => {
    const selection = new Selection({ filters: {}, includeStopped: false, api });
    const containers = [aContainer({ name: 'a' }), aContainer({ name: 'b' })];
    await selection.select(containers, new Set(), signal);
    const more = [aContainer({ name: 'c' }), ...containers];
    const { listed, routed } = await selection.select(more, new Set(), signal);
    expect(listed).toBe(more);
    expect(routed).toBe(more);
  });

  it('comes to what one comes to that remembers nothing, whatever changes', async () => {
    const container = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      status: fc.constantFrom('running', 'running', 'running', 'paused', 'exited'),
      labels: fc.constantFrom({}, { skip: 'yes' }),
    });
    const list = fc
      .uniqueArray(container, { selector: ({ name }) => name, maxLength: 4 })
      .map((wishes) => wishes.map(aContainer));
    const options = fc.record({
      filters: fc.constantFrom({}, { label: ['skip'] }, { status: ['running', 'paused'] }),
      includeStopped: fc.boolean(),
      api: fc.constant(api),
    });
    const own = new Set([aContainer({ name: 'a' }).ID]);
    await fc.assert(
      fc.asyncProperty(options, fc.array(list, { minLength: 2, maxLength: 6 }), async (by, all) => {
        const selection = new Selection(by);
        for (const containers of all) {
          expect(await selection.select(containers, own, signal)).toEqual(
            await new Selection(by).select(containers, own, signal),
          );
        }
      }),
    );
  });
});
