import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { Output } from '../output/output.ts';
import { nginx } from '../proxies/nginx.ts';
import { NO_FILES } from '../routing/proxy-files.ts';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { createEngine } from '../templates/engine.ts';
import type { HeldSet } from './hold.ts';
import { Job } from './job.ts';
import { World } from './world.ts';

const { signal } = new AbortController();
const engine = createEngine({ exists: () => false, read: () => undefined, list: () => undefined });

/** A job beside a proxy that is told of its members while it runs. */
function aJob(current?: HeldSet) {
  const world = new World();
  world.snapshot = { containers: [aContainer({ name: 'a' })], docker: {} as never };
  /** Who the output was told of at once. */
  const gone: string[] = [];
  /** What each rendering was applied with, when that had been done. */
  const left: (readonly string[])[] = [];
  const hooks: { applying: () => Promise<void> } = { applying: async () => undefined };
  const output: Output = {
    prepare: async () => undefined,
    apply: async (_, options) => {
      await hooks.applying();
      left.push([...(options.left ?? [])]);
      return { kind: 'unchanged', notified: false, owed: false };
    },
    letGo: async (ids) => void gone.push(...ids),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const job = new Job({
    ...{ log: aLog(), world, engine, output, destination: '/etc/a.conf', env: {} },
    ...{ keepBlankLines: false, spellsModel: true },
    loadTemplate: async () => ({ name: 'a.hbs', text: 'a', partials: new Map() }),
    routing: {
      ...{ ...readProxySettings({}), places: nginx.places },
      ...{ readFiles: async () => NO_FILES, now: () => 0 },
    },
    hold: { current, look: () => undefined, settle: async () => undefined, report: undefined },
  });
  const letGo = async (...ids: readonly string[]) => await job.letGo(new Set(ids), signal);
  return { gone, left, hooks, letGo, run: async () => await job.run({ signal }) };
}

describe('a job that hears who leaves', () => {
  it('has the proxy let them go', async () => {
    const { letGo, gone } = aJob();
    await letGo('a');
    expect(gone).toEqual(['a']);
  });

  it('leaves what is held as it is', async () => {
    const { letGo, gone } = aJob({ number: 1 } as HeldSet);
    await letGo('a');
    expect(gone).toEqual([]);
  });

  it('has no rendering that is on its way take them back, and leaves the next to itself', async () => {
    const { letGo, left, hooks, run } = aJob();
    await letGo('known');
    hooks.applying = async () => await letGo('a');
    await run();
    hooks.applying = async () => undefined;
    await run();
    expect(left).toEqual([['a'], []]);
  });
});
