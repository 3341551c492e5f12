import { describe, expect, it } from 'vitest';
import { Pool } from './pool.ts';

/** A task that ends when it is told to. */
function task(name: string, begun: string[]) {
  const { promise, resolve, reject } = withResolvers();
  return {
    run: async () => {
      begun.push(name);
      await promise;
      return name;
    },
    end: resolve,
    fail: reject,
  };
}

function withResolvers() {
  let resolve: () => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('Pool', () => {
  it('runs no more tasks at a time than its size, in their order', async () => {
    const begun: string[] = [];
    const pool = new Pool(2);
    const tasks = ['a', 'b', 'c', 'd'].map((name) => task(name, begun));
    const results = tasks.map(({ run }) => pool.run(run));
    expect(begun).toEqual(['a', 'b']);
    tasks[1]?.end();
    await results[1];
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const { end } of tasks) end();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes urgent tasks first', async () => {
    const begun: string[] = [];
    const pool = new Pool(1);
    const first = task('first', begun);
    const slow = task('slow', begun);
    const urgent = task('urgent', begun);
    const all = [pool.run(first.run), pool.run(slow.run), pool.run(urgent.run, { urgent: true })];
    for (const { end } of [first, slow, urgent]) end();
    await Promise.all(all);
    expect(begun).toEqual(['first', 'urgent', 'slow']);
  });

  it('goes on after a task that failed', async () => {
    const begun: string[] = [];
    const pool = new Pool(1);
    const bad = task('bad', begun);
    const good = task('good', begun);
    const failed = pool.run(bad.run);
    const done = pool.run(good.run);
    bad.fail(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    good.end();
    expect(await done).toBe('good');
  });
});
