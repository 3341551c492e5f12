import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ApplyResult, Output } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { NGINX_PLACES } from '../proxies/nginx-file-places.ts';
import type { Problem } from '../routing/model.ts';
import { outsideProblem } from '../routing/problem.ts';
import { NO_FILES } from '../routing/proxy-files.ts';
import { DEFAULT_PROXY_SETTINGS } from '../routing/read-proxy-settings.ts';
import { createEngine } from '../templates/engine.ts';
import { JobTrials } from './job-trials.ts';
import type { Scene } from './render.ts';

const DONE: ApplyResult = { kind: 'unchanged', notified: false, owed: false };
const OPTIONS = { signal: new AbortController().signal };
const engine = createEngine({ exists: () => false, read: () => undefined, list: () => undefined });
const TEXT = '{{#each sites}}{{host}}\n{{/each}}{{#each containers}}{{Name}}\n{{/each}}';
const SITED = aContainer({ name: 'sited', env: { VIRTUAL_HOST: 'a.test' } });
const BARE = aContainer({ name: 'bare' });

/** Trials over a template that lists sites and containers, and an output that keeps what it gets. */
function trialsOf({ canTry = true, spellsModel = true } = {}) {
  const applied: Rendering[] = [];
  const tried: Rendering[] = [];
  const output: Output = {
    prepare: async () => undefined,
    apply: async (rendering) => {
      applied.push(rendering);
      return DONE;
    },
    ...(canTry
      ? {
          tryOut: async (rendering) => {
            tried.push(rendering);
            return { kind: 'accepted' };
          },
        }
      : {}),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const trials = new JobTrials({
    ...{ log: aLog(), output, spellsModel, destination: '/a.conf', env: {} },
    keepBlankLines: false,
    routing: {
      ...{ settings: DEFAULT_PROXY_SETTINGS, problems: [], places: NGINX_PLACES },
      readFiles: async () => NO_FILES,
      now: () => 0,
    },
  });
  const containers = [SITED, BARE];
  const scene: Scene = {
    ...{ listed: containers, routed: containers, vantage: { kind: 'host' } },
    snapshot: { containers, docker: {} as never },
    settings: DEFAULT_PROXY_SETTINGS,
    ...{ files: NO_FILES, now: 0 },
    template: engine.compile({ name: 'a.hbs', text: TEXT, partials: new Map() }),
  };
  let aside: readonly Problem[] = [];
  return {
    ...{ trials, applied, tried },
    set: (problems: readonly Problem[]) => {
      aside = problems;
    },
    run: trials.of(scene, () => aside, OPTIONS),
  };
}

const without = (...containers: readonly RuntimeContainer[]) => new Set(containers);
const textOf = (rendering: Rendering | undefined) => rendering?.files[0].chunks.join('');

describe('the trials of a job', () => {
  it('make live what is rendered without some, and that is the model then', async () => {
    const { trials, run, applied } = trialsOf();
    expect(await run.apply(without())).toBe(DONE);
    expect(textOf(applied[0])).toBe('a.test\nsited\nbare\n');
    expect(trials.model.sites.map(({ host }) => host)).toEqual(['a.test']);
    await run.apply(without(SITED));
    expect(textOf(applied[1])).toBe('bare\n');
    expect(applied[1]?.containerCount).toBe(1);
    expect(trials.model.sites).toEqual([]);
  });

  it('leave the model as it is when something is only tried', async () => {
    const { trials, run, tried } = trialsOf();
    await run.apply(without());
    const before = trials.model;
    expect(await run.tryOut?.(without(SITED))).toEqual({ kind: 'accepted' });
    expect(textOf(tried[0])).toBe('bare\n');
    expect(trials.model).toBe(before);
  });

  it('try nothing where the output cannot', () => {
    expect(trialsOf({ canTry: false }).run).not.toHaveProperty('tryOut');
  });

  it('know who has a part: in a site, or of a template of the user’s own whoever is listed', async () => {
    const bundled = trialsOf();
    await bundled.run.apply(without());
    expect([SITED, BARE].map(bundled.run.hasPart)).toEqual([true, false]);
    const own = trialsOf({ spellsModel: false });
    await own.run.apply(without());
    expect([SITED, BARE].map(own.run.hasPart)).toEqual([true, true]);
  });

  it('have in the model who is set aside at that moment', async () => {
    const { trials, run, set } = trialsOf();
    const problem = outsideProblem({
      container: { id: SITED.ID, name: SITED.Name },
      ...{ variable: 'check', value: 'no', reason: 'the proxy rejects it' },
    });
    set([problem]);
    await run.apply(without(SITED));
    expect(trials.model.problems).toEqual([problem]);
    set([]);
    await run.apply(without());
    expect(trials.model.problems).toEqual([]);
  });
});
