import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { bytesOf } from '../../src/output/bytes-of.ts';
import type { Output } from '../../src/output/output.ts';
import type { Rendering } from '../../src/output/rendering.ts';
import { Job } from '../../src/pipeline/job.ts';
import { Selection } from '../../src/pipeline/selection.ts';
import { World } from '../../src/pipeline/world.ts';
import { PROXY_BY_TEMPLATE } from '../../src/proxies/index.ts';
import type { ProxyKind } from '../../src/proxies/proxy-kind.ts';
import { NO_FILES } from '../../src/routing/proxy-files.ts';
import { readProxySettings } from '../../src/routing/read-proxy-settings.ts';
import { createEngine, type TemplateSource } from '../../src/templates/engine.ts';
import { loadTemplate } from '../../src/templates/load.ts';
import { aLog } from '../support/memory-log.ts';
import { aContainer, type ContainerWish } from '../support/runtime-containers.ts';

const engine = createEngine({ exists: () => false, read: () => undefined, list: () => undefined });
const api = { listContainers: () => Promise.reject(new Error('nobody has to be asked')) };
const { signal } = new AbortController();
const partialDirs = ['templates/partials'];
const sources = new Map<string, Promise<TemplateSource>>();

/** A job with a bundled template, all that `tsgen` gives it, and nothing on disk. */
function aJob({ template, places, limits, members }: ProxyKind) {
  const source =
    sources.get(template) ?? loadTemplate(join('templates', template), { partialDirs });
  sources.set(template, source);
  let last: Rendering | undefined;
  const output: Output = {
    prepare: async () => undefined,
    apply: async (rendering) => {
      last = rendering;
      return { kind: 'unchanged', notified: false, owed: false };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const world = new World();
  const job = new Job({
    ...{ log: aLog(), world, engine, output, destination: '/etc/a.conf', env: {} },
    ...{ keepBlankLines: false, spellsModel: true, ...(members ? { members } : {}) },
    loadTemplate: async () => await source,
    selection: new Selection({ filters: {}, includeStopped: false, api }),
    routing: {
      ...{ ...readProxySettings({}), places, ...(limits ? { limits } : {}) },
      ...{ readFiles: async () => NO_FILES, now: () => 0 },
    },
  });
  return {
    render: async (containers: readonly RuntimeContainer[]): Promise<Rendering> => {
      world.snapshot = { containers, docker: {} as never };
      const outcome = await job.run({ signal });
      if (!last) throw new Error(`nothing was rendered: ${JSON.stringify(outcome)}`);
      return last;
    },
  };
}

/** With the bytes of each file as text, made of those of the rendering before. */
function readable({ files, ...rest }: Rendering, before?: Rendering) {
  const old = new Map(before?.files.map(({ path, chunks }) => [path, chunks]));
  return {
    ...rest,
    files: files.map(({ chunks, ...file }) => ({
      ...file,
      text: bytesOf(chunks, old.get(file.path)).toString(),
    })),
  };
}

const wish: fc.Arbitrary<ContainerWish> = fc.record({
  name: fc.constantFrom('a-1', 'a-2', 'a-10', 'b', 'c', 'd'),
  health: fc.constantFrom('', 'healthy', 'unhealthy'),
  stopping: fc.boolean(),
  status: fc.constantFrom('running', 'running', 'paused', 'exited'),
  networks: fc.constantFrom({ front: { IP: '10.0.0.2' } }, { front: { IP: '10.0.1.2' } }),
  env: fc.record({
    VIRTUAL_HOST: fc.constantFrom('', 'x.test', 'y.test', 'x.test,*.test', 'grüße.test', 'bad{'),
    VIRTUAL_PATH: fc.constantFrom('', '/api', '~^/api'),
    VIRTUAL_PORT: fc.constantFrom('', '8080', '0'),
    TSGEN_WEIGHT: fc.constantFrom('', '3', '0'),
    TSGEN_BACKUP: fc.constantFrom('', 'true'),
    TSGEN_TCP_PORTS: fc.constantFrom('', '', '25', '80'),
    TSGEN_STICKY: fc.constantFrom('', 'true'),
    EXTERNAL_HTTP_PORT: fc.constantFrom('', '', '81'),
  }),
});
const change = fc.record({ wish, remove: fc.boolean() });
/** Some come at once. */
const steps = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 8,
});

describe.each([...PROXY_BY_TEMPLATE.values()])('what a watch with $template keeps', (kind) => {
  it('comes to what a render from nothing comes to, byte for byte, whatever changes', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const job = aJob(kind);
        const containers = new Map<string, RuntimeContainer>();
        let before: Rendering | undefined;
        for (const changes of sequence) {
          for (const { wish: next, remove } of changes) {
            const container = aContainer(next);
            containers.delete(container.ID);
            if (!remove) containers.set(container.ID, container);
          }
          const newestFirst = [...containers.values()].reverse();
          const kept = await job.render(newestFirst);
          const anew = await aJob(kind).render(newestFirst);
          expect(readable(kept, before)).toEqual(readable(anew));
          before = kept;
        }
      }),
      { numRuns: 40 },
    );
  });
});
