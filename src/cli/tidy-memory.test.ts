import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { tidyMemory } from './tidy-memory.ts';

/** Of something that nobody holds, once the call has ended. */
const aRef = () => new WeakRef({ bytes: new Uint8Array(1_000) });

it('frees what nobody holds, and nothing else', async () => {
  const held = { bytes: new Uint8Array(1_000) };
  const refs = [new WeakRef(held), aRef()];
  // What a WeakRef was made of is held until then.
  await setImmediate();
  await tidyMemory();
  expect(refs.map((ref) => ref.deref()?.bytes.length)).toEqual([1_000, undefined]);
  expect(held.bytes).toHaveLength(1_000);
});
