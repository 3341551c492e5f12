import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { Debounce } from './debounce.ts';

function scene() {
  const clock = new ManualClock(1_000);
  const stop = new AbortController();
  const fired: number[] = [];
  const debounce = new Debounce({
    clock,
    minMs: 100,
    maxMs: 400,
    fire: () => fired.push(clock.monotonic() - 1_000),
  });
  const note = (options?: { readonly prolongs: boolean }) => debounce.note(stop.signal, options);
  return { clock, stop, fired, note };
}

describe('Debounce', () => {
  it('fires when nothing came for the shortest wait', async () => {
    const { clock, fired, note } = scene();
    note();
    await clock.advance(60);
    note();
    await clock.advance(99);
    expect(fired).toEqual([]);
    await clock.advance(1);
    expect(fired).toEqual([160]);
  });

  it('fires at the longest wait while notes go on, and gathers the next burst', async () => {
    const { clock, fired, note } = scene();
    for (let at = 0; at < 800; at += 50) {
      note();
      await clock.advance(50);
    }
    expect(fired).toEqual([400, 800]);
    note();
    await clock.advance(100);
    expect(fired).toEqual([400, 800, 900]);
  });

  it('begins to wait for what prolongs no wait, and waits no longer for it', async () => {
    const { clock, fired, note } = scene();
    note({ prolongs: false });
    await clock.advance(60);
    note();
    await clock.advance(60);
    note({ prolongs: false });
    await clock.advance(100);
    expect(fired).toEqual([160]);
  });

  it('does not fire once it is told to stop', async () => {
    const { clock, stop, fired, note } = scene();
    note();
    stop.abort();
    await clock.advance(1_000);
    expect(fired).toEqual([]);
  });
});
