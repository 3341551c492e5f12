import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { APPLIED, UNCHANGED } from '../../test/support/outcomes.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { TsgenError } from '../base/errors.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { Quarantine, type QuarantineOptions } from './quarantine.ts';
import type { StateNote } from './state-note.ts';

type Names = ReadonlySet<string>;
/** What the proxy says of a configuration with these containers; `undefined`: it accepts it. */
type Proxy = (names: Names) => string | undefined;

const REJECTS =
  (...bad: readonly string[]): Proxy =>
  (names) =>
    bad.filter((name) => names.has(name)).map((name) => `bad ${name}`)[0];

/** A quarantine before a proxy that is made of a function, with everything that is asked of it. */
function aScene(proxy: Proxy, options: Partial<QuarantineOptions> = {}) {
  const log = aLog();
  const quarantine = new Quarantine({ log, ...options });
  const scene = {
    proxy,
    /** How often it was asked. */
    checks: 0,
    /** What is live. */
    live: [] as readonly string[],
    text: '',
    /** Whether it can be asked at the moment. */
    away: false as boolean,
    quarantine,
    log,
    setAside: () => quarantine.problems.map(({ container }) => container.name).sort(),
    run: async (containers: readonly RuntimeContainer[], surroundings = 'same') => {
      const ask = (without: ReadonlySet<RuntimeContainer>) => {
        scene.checks += 1;
        const kept = containers.filter((container) => !without.has(container));
        const names = kept.map(({ Name }) => Name);
        return { names, said: scene.proxy(new Set(names)) };
      };
      return await quarantine.run(containers, surroundings, {
        hasPart: () => true,
        apply: async (without) => {
          const kept = containers.filter((container) => !without.has(container));
          const text = `${surroundings}: ${kept.map(({ Name }) => Name)}`;
          // The check is not asked about what is live already.
          if (text === scene.text) return UNCHANGED;
          const { names, said } = ask(without);
          if (said !== undefined) return { kind: 'rejected', message: `no: ${said}`, reason: said };
          scene.live = names;
          scene.text = text;
          return APPLIED;
        },
        tryOut: async (without) => {
          const { said } = ask(without);
          if (scene.away) {
            const message = 'the check is away';
            const result = { kind: 'failed', stage: 'check', message, retry: true } as const;
            return { kind: 'no-verdict', result };
          }
          return said === undefined
            ? { kind: 'accepted' }
            : { kind: 'rejected', message: `no: ${said}`, reason: said };
        },
      });
    },
  };
  return scene;
}

function containersNamed(names: readonly string[]): readonly RuntimeContainer[] {
  return names.map((name, index) => aContainer({ name, created: createdAt(index) }));
}

function createdAt(index: number): string {
  return new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
}

const many = (count: number) =>
  containersNamed(Array.from({ length: count }, (_, index) => `c${index}`));

describe('Quarantine', () => {
  it('asks nothing more than without it while nothing is rejected', async () => {
    const scene = aScene(() => undefined);
    const containers = many(3);
    await scene.run(containers);
    await scene.run(containers);
    expect(scene.checks).toBe(1);
    expect(scene.live).toEqual(['c0', 'c1', 'c2']);
  });

  it('sets the one that came last aside with two checks, however many there are', async () => {
    const scene = aScene(REJECTS('new'));
    const containers = many(1_000);
    await scene.run(containers);
    scene.checks = 0;
    const all = [...containers, aContainer({ name: 'new' })];
    expect(await scene.run(all)).toEqual(UNCHANGED);
    expect(scene.checks).toBe(2);
    expect(scene.live).toHaveLength(1_000);
    expect(scene.quarantine.problems).toMatchObject([
      { container: { name: 'new' }, variable: 'check', value: 'bad new' },
    ]);
    await scene.run(all);
    expect(scene.checks).toBe(2);
  });

  it('finds one among a thousand that nobody knew before with thirteen checks', async () => {
    for (const culprit of ['c0', 'c371', 'c512', 'c999']) {
      const scene = aScene(REJECTS(culprit));
      await scene.run(many(1_000));
      expect(scene.setAside()).toEqual([culprit]);
      expect(scene.live).toHaveLength(999);
      // All, none, ten halvings, the rest.
      expect(scene.checks).toBeLessThanOrEqual(13);
    }
  });

  it('finds several, each with the words that the proxy has for it', async () => {
    const scene = aScene(REJECTS('c7', 'c90', 'c500'));
    await scene.run(many(1_000));
    expect(scene.quarantine.problems.map(({ value }) => value).sort()).toEqual([
      'bad c500',
      'bad c7',
      'bad c90',
    ]);
    expect(scene.live).toHaveLength(997);
    expect(scene.checks).toBeLessThanOrEqual(2 + 3 * 11);
  });

  it('of two that clash sets the younger one aside', async () => {
    const clash: Proxy = (names) => (names.has('a') && names.has('z') ? 'a clashes' : undefined);
    const scene = aScene(clash);
    // Listed as the engine does, the newest first.
    await scene.run(containersNamed(['a', 'b', 'c', 'z']).toReversed());
    expect(scene.setAside()).toEqual(['z']);
    expect(scene.live.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('looks at all of them when it is none that changed', async () => {
    const scene = aScene(() => undefined);
    const containers = many(8);
    await scene.run(containers);
    // A file that only the proxy knows has changed.
    scene.proxy = REJECTS('c3');
    await scene.run([...containers, aContainer({ name: 'new' })]);
    expect(scene.setAside()).toEqual(['c3']);
    expect(scene.live).toContain('new');
  });

  it('sets nobody aside when the fault is no container’s, and says so', async () => {
    const scene = aScene(() => 'no events section');
    const outcome = await scene.run(many(4));
    expect(outcome).toMatchObject({ kind: 'rejected', reason: 'no events section' });
    expect(outcome).toMatchObject({ message: expect.stringContaining('nobody is set aside') });
    expect([scene.setAside(), scene.live, scene.checks]).toEqual([[], [], 2]);
  });

  it('sets nobody aside when the proxy cannot be asked', async () => {
    const scene = aScene(REJECTS('c1'));
    scene.away = true;
    expect(await scene.run(many(4))).toMatchObject({ kind: 'failed', stage: 'check' });
    expect(scene.setAside()).toEqual([]);
    scene.away = false;
    await scene.run(many(4));
    expect(scene.setAside()).toEqual(['c1']);
  });

  it('tries again who changed, and all when their surroundings do or it is told to', async () => {
    const scene = aScene(REJECTS('a', 'b'));
    const containers = containersNamed(['a', 'b', 'c']);
    await scene.run(containers);
    expect(scene.setAside()).toEqual(['a', 'b']);

    scene.proxy = REJECTS('b');
    const [a, ...others] = containers;
    const changed = [{ ...(a as RuntimeContainer) }, ...others];
    await scene.run(changed);
    expect(scene.setAside()).toEqual(['b']);

    scene.proxy = REJECTS();
    await scene.run(changed);
    expect(scene.setAside()).toEqual(['b']);
    await scene.run(changed, 'another template');
    expect(scene.setAside()).toEqual([]);

    scene.proxy = REJECTS('c');
    const again = changed.map((one) => (one.Name === 'c' ? { ...one } : one));
    await scene.run(again, 'a third one');
    expect(scene.setAside()).toEqual(['c']);
    scene.proxy = REJECTS();
    scene.quarantine.reconsider();
    await scene.run(again, 'a third one');
    expect(scene.live).toEqual(['a', 'b', 'c']);
  });

  it('leaves what is live alone while nothing but its surroundings has changed', async () => {
    const scene = aScene(REJECTS());
    const containers = containersNamed(['a', 'b']);
    await scene.run(containers);
    scene.proxy = REJECTS('a');
    const outcome = await scene.run(containers, 'with a mistake in a file');
    expect(outcome).toMatchObject({ message: expect.stringContaining('No container has changed') });
    expect([scene.setAside(), scene.live]).toEqual([[], ['a', 'b']]);
    // Whoever comes is not to wait for it.
    await scene.run([...containers, aContainer({ name: 'c' })], 'with a mistake in a file');
    expect([scene.setAside(), scene.live]).toEqual([['a'], ['b', 'c']]);
  });

  it('forgets those that are gone', async () => {
    const scene = aScene(REJECTS('a'));
    const containers = containersNamed(['a', 'b']);
    await scene.run(containers);
    await scene.run(containers.slice(1));
    expect(scene.setAside()).toEqual([]);
  });

  it('gives up after two hundred checks, and does not begin again while all stays the same', async () => {
    const containers = many(1_000);
    const bad = containers.filter((_, index) => index % 20 === 3).map(({ Name }) => Name);
    const scene = aScene(REJECTS(...bad));
    const outcome = await scene.run(containers);
    expect(outcome).toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('More containers are at fault than can be found out'),
    });
    // Beside the two hundred: all of them, and none.
    expect(scene.checks).toBeLessThanOrEqual(202);
    expect([scene.live, scene.setAside()]).toEqual([[], []]);
    scene.checks = 0;
    expect(await scene.run(containers)).toEqual(outcome);
    expect(scene.checks).toBe(1);
    await scene.run(containers, 'another template');
    expect(scene.checks).toBeGreaterThan(100);
  });

  it('does not empty what works when every container would have to go', async () => {
    const scene = aScene(() => undefined);
    await scene.run(many(3));
    scene.proxy = REJECTS('c0', 'c1', 'c2');
    const outcome = await scene.run(many(3), 'a template with a slip');
    expect(outcome).toMatchObject({
      message: expect.stringContaining('each of the 3 containers that have a part in it'),
    });
    expect([scene.live, scene.setAside()]).toEqual([['c0', 'c1', 'c2'], []]);
  });

  it('sets the only one aside: it cannot take the proxy down', async () => {
    const scene = aScene(REJECTS('only'));
    expect(await scene.run(containersNamed(['only']))).toEqual(APPLIED);
    expect([scene.live, scene.setAside()]).toEqual([[], ['only']]);
  });

  it('remembers them after a restart, as long as they and their surroundings stay', async () => {
    let kept: Readonly<Record<string, unknown>> | undefined;
    const note: StateNote = {
      read: async () => kept,
      write: async (value) => {
        kept = JSON.parse(JSON.stringify(value));
      },
    };
    const names = ['a', 'b', 'c'];
    const first = aScene(REJECTS('b'), { note });
    await first.run(containersNamed(names));

    const second = aScene(REJECTS('b'), { note });
    await second.run(containersNamed(names));
    expect([second.setAside(), second.checks]).toEqual([['b'], 1]);

    const third = aScene(REJECTS(), { note });
    await third.run(containersNamed(names), 'another template');
    expect(third.setAside()).toEqual([]);

    const fourth = aScene(REJECTS(), { note });
    await fourth.run(containersNamed(names));
    expect(fourth.setAside()).toEqual([]);
  });

  it('sets nobody aside when the template cannot do without one', async () => {
    const scene = aScene(REJECTS('b'));
    const needs = scene.proxy;
    scene.proxy = (names) => {
      if (!names.has('a')) throw new TsgenError('template', 'there is no a');
      return needs(names);
    };
    expect(await scene.run(containersNamed(['a', 'b']))).toMatchObject({
      kind: 'rejected',
      reason: 'bad b',
    });
    expect(scene.setAside()).toEqual([]);
  });

  it('goes on without its note when that cannot be read or written', async () => {
    const note: StateNote = {
      read: () => Promise.reject(new Error('no right')),
      write: () => Promise.reject(new Error('disk full')),
    };
    const scene = aScene(REJECTS('a'), { note });
    expect(await scene.run(containersNamed(['a', 'b']))).toEqual(APPLIED);
    expect(scene.log.lines.join('\n')).toMatch(/no right[\s\S]*disk full/);
  });

  it('ends with what the proxy accepts and with nobody out who could be in, whatever clashes', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const oneOrTwo = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(oneOrTwo, { maxLength: 5 }), async (clashes) => {
        const scene = aScene((present) =>
          clashes
            .filter((clash) => clash.every((name) => present.has(name)))
            .map((clash) => clash.join(' and '))
            .at(0),
        );
        await scene.run(containersNamed(names));
        const live = new Set(scene.live);
        // Where all of them clash with themselves nobody is set aside.
        if (live.size === 0) return expect(scene.setAside()).toEqual([]);
        expect(scene.proxy(live)).toBeUndefined();
        expect([...live, ...scene.setAside()].sort()).toEqual([...names].sort());
        for (const name of scene.setAside()) {
          expect(scene.proxy(new Set([...live, name]))).toBeDefined();
        }
      }),
      { numRuns: 200 },
    );
  });
});
