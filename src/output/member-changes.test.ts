import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import type { RosterMember, RosterStep, RuntimeMembers } from '../proxies/runtime-members.ts';
import { memberKey, type PresentMember } from '../routing/member-changes.ts';
import { MemberChanges } from './member-changes.ts';
import type { Rendering } from './rendering.ts';
import type { CommandResult } from './runner.ts';

const NEVER = new AbortController().signal;

const member = (name: string, weight = 1): RosterMember => ({
  ...{ upstream: 'app', name, weight, words: name, isChecked: false },
  container: { id: `id-${name}`, name: `web-${name}` },
});

const digestOf = (members: readonly Pick<PresentMember, 'upstream' | 'name' | 'weight'>[]) =>
  members
    .map((one) => `${memberKey(one)}=${one.weight}`)
    .sort()
    .join(',');

const rendering = (
  members: readonly RosterMember[],
  { generation = 'g1', fixed = {} }: { generation?: string; fixed?: object } = {},
): Rendering => ({
  files: [{ path: '/a', chunks: [] }],
  ...{ generation, containerCount: 1 },
  revision: `${generation} ${digestOf(members)}`,
  roster: { members, fixed: new Map(Object.entries(fixed)), digest: digestOf(members) },
});

/** A proxy that speaks JSON, with a fault in it if that is wished for. */
class PaperProxy {
  generation = 'g1';
  members: PresentMember[] = [];
  /** Keys of those with something open. */
  busy = new Set<string>();
  runs = 0;
  now = 0;
  /** It has no connection to whom it calls busy. */
  isQuiet?: boolean;
  fault?: (step: RosterStep) => 'refused' | 'forgotten' | undefined;
  /** Is called while a command runs. */
  meanwhile?: () => void;
  answer?: CommandResult;
  unavailable?: string;
  readonly log = aLog();

  readonly changes = new MemberChanges({
    proxy: 'Paper',
    members: this.#language(),
    confirmation: {
      command: 'ask',
      timeoutMs: 1_000,
      runner: {
        where: 'here',
        unavailable: () => this.unavailable,
        run: async (command) => {
          this.runs += 1;
          this.meanwhile?.();
          if (this.answer) return this.answer;
          const output = JSON.stringify(this.#obey(JSON.parse(command)));
          return { kind: 'exited', exitCode: 0, output, durationMs: 1 };
        },
        translate: async (path) => ({ kind: 'ok', path }),
      },
    },
    log: this.log,
    monotonic: () => this.now,
  });

  get ready(): readonly string[] {
    return this.members.filter(({ isDrained }) => !isDrained).map(({ name }) => name);
  }

  get drained(): readonly string[] {
    return this.members.filter(({ isDrained }) => isDrained).map(({ name }) => name);
  }

  #language(): RuntimeMembers {
    return {
      rosterOf: () => ({ members: [], fixed: new Map(), digest: '' }),
      askCommand: 'ask',
      listCommand: '{}',
      listed: (output) => ({
        ...JSON.parse(output),
        members: this.members.map(({ container: _, ...one }) => one),
      }),
      tellCommand: (generation, steps) => JSON.stringify({ generation, steps }),
      heard: (output) => JSON.parse(output),
      isOf: ({ name }, id) => id === `id-${name}`,
      partCommand: (members) => JSON.stringify({ parting: members }),
      partingOf: (output) => JSON.parse(output),
    };
  }

  #obey(command: {
    readonly generation?: string;
    readonly steps?: readonly RosterStep[];
    readonly parting?: readonly PresentMember[];
  }): object {
    const refused: string[] = [];
    const isMeant = command.generation === this.generation;
    for (const step of isMeant ? (command.steps ?? []) : []) {
      const fault = this.fault?.(step);
      if (fault === 'refused') refused.push(`no ${step.kind}`);
      if (!fault) this.#take(step);
    }
    for (const one of command.parting ?? []) this.#take({ kind: 'remove', member: one });
    const parting = (command.parting ?? []).filter((one) => this.#has(one));
    return {
      generation: this.generation,
      members: this.members
        .filter(({ upstream }) =>
          command.steps?.some(({ member: one }) => one.upstream === upstream),
        )
        .map(({ container: _, ...one }) => one),
      refused,
      left: parting.map((one) => ({
        ...{ member: one, open: 0 },
        ...(this.isQuiet ? { isQuiet: true } : {}),
      })),
      workers: [7],
    };
  }

  #has({ name }: PresentMember): boolean {
    return this.members.some((one) => one.name === name);
  }

  #take({ kind, member: one }: RosterStep): void {
    const others = this.members.filter(({ name }) => name !== one.name);
    if (kind === 'remove') {
      if (!this.busy.has(one.name)) this.members = others;
    } else this.members = [...others, { ...one, isDrained: kind === 'drain' }];
  }
}

async function aProxyWith(...members: readonly RosterMember[]): Promise<PaperProxy> {
  const proxy = new PaperProxy();
  proxy.members = members.map((one) => ({ ...one, isDrained: false }));
  proxy.changes.loaded(rendering(members));
  return proxy;
}

describe('a proxy that is told of members while it runs', () => {
  it('is told in one command, which says what runs then', async () => {
    const proxy = await aProxyWith(member('1'), member('2'));
    const told = await proxy.changes.tell(rendering([member('2', 5), member('3')]), {
      signal: NEVER,
    });
    expect(told).toEqual({
      kind: 'at-run-time',
      changes: 'app: weighed web-2, added web-3, drained web-1',
    });
    expect(proxy.runs).toBe(1);
    expect(proxy.members).toMatchObject([
      { name: '2', weight: 5 },
      { name: '3', weight: 1 },
    ]);
    expect(proxy.log.lines).toEqual([
      'info Told Paper at run time: app: weighed web-2, added web-3, drained web-1',
    ]);
  });

  it('is asked first what it has by who does not know', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.changes.forget();
    const told = await proxy.changes.tell(rendering([member('2')]), { signal: NEVER });
    expect(told).toEqual({ kind: 'at-run-time', changes: 'app: added web-2, drained 1' });
    expect(proxy.runs).toBe(2);
    expect(proxy.ready).toEqual(['2']);
  });

  it('keeps whom it drained for as long as something is open, and then forgets it', async () => {
    const proxy = await aProxyWith(member('1'), member('2'));
    proxy.busy.add('1');
    // Known by its name alone.
    proxy.changes.forget();
    await proxy.changes.tell(rendering([member('2')]), { signal: NEVER });
    expect(proxy.drained).toEqual(['1']);
    expect(await proxy.changes.openRequests('id-1', NEVER)).toEqual({ count: 1, workers: [7] });
    expect(await proxy.changes.openRequests('id-2', NEVER)).toEqual({ count: 0, workers: [7] });
    proxy.busy.clear();
    await proxy.changes.tidyUp(NEVER);
    expect(proxy.drained).toEqual([]);
    const { runs } = proxy;
    await proxy.changes.tidyUp(NEVER);
    expect(proxy.runs).toBe(runs);
  });

  it('is not believed for ever that something is open with whom it has no connection to', async () => {
    const proxy = await aProxyWith(member('1'), member('2'));
    proxy.busy.add('1');
    const open = async (now: number) => {
      proxy.now = now;
      return (await proxy.changes.openRequests('id-1', NEVER))?.count;
    };
    await proxy.changes.tell(rendering([member('2')]), { signal: NEVER });
    proxy.isQuiet = true;
    expect([await open(1_000), await open(75_000)]).toEqual([1, 1]);
    proxy.isQuiet = false;
    expect(await open(76_000)).toBe(1);
    proxy.isQuiet = true;
    expect(await open(76_000)).toBe(0);
    // From another drain on it counts anew.
    await proxy.changes.tell(rendering([member('1'), member('2')]), { signal: NEVER });
    await proxy.changes.tell(rendering([member('2')]), { signal: NEVER });
    expect([await open(80_000), await open(155_000)]).toEqual([1, 0]);
  });

  it('is asked what it has where there seems to be nothing to tell', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.members = [];
    const told = await proxy.changes.tell(rendering([member('1')]), { signal: NEVER });
    expect(told).toEqual({ kind: 'at-run-time', changes: 'app: added web-1' });
    expect(proxy.ready).toEqual(['1']);
  });

  it('is asked what it has by who learns, while it forgets somebody, that it was restarted', async () => {
    const proxy = await aProxyWith(member('1'), member('2'));
    await proxy.changes.tell(rendering([member('2')]), { signal: NEVER });
    proxy.meanwhile = () => proxy.changes.forget();
    await proxy.changes.openRequests('id-1', NEVER);
    delete proxy.meanwhile;
    // As its file has it, which is not what it was told.
    proxy.members = [];
    const told = await proxy.changes.tell(rendering([member('2'), member('3')]), { signal: NEVER });
    expect(told).toEqual({ kind: 'at-run-time', changes: 'app: added web-2, added web-3' });
  });

  it('takes back whom it had not yet forgotten', async () => {
    const proxy = await aProxyWith(member('1'), member('2'));
    proxy.busy.add('1');
    await proxy.changes.tell(rendering([member('2')]), { signal: NEVER });
    const told = await proxy.changes.tell(rendering([member('1'), member('2')]), { signal: NEVER });
    expect(told).toEqual({ kind: 'at-run-time', changes: 'app: took back web-1' });
    expect(proxy.drained).toEqual([]);
  });
});

describe('a rendering that does not know yet who leaves', () => {
  const [one, two, three] = [member('1'), member('2'), member('3')];
  const tell = (proxy: PaperProxy, members: readonly RosterMember[], ...left: readonly string[]) =>
    proxy.changes.tell(rendering(members), { signal: NEVER, left: new Set(left) });

  it('takes nobody back, and tells the rest', async () => {
    const proxy = await aProxyWith(one, two);
    await proxy.changes.letGo(new Set(['id-2']), NEVER);
    expect(proxy.ready).toEqual(['1']);
    const told = await tell(proxy, [one, two, three], 'id-2');
    expect(told).toEqual({ kind: 'at-run-time', changes: 'app: added web-3' });
    expect(proxy.ready).toEqual(['1', '3']);
  });

  it('lets go those that have begun to leave before it could be told', async () => {
    const proxy = await aProxyWith(one, two);
    const told = await tell(proxy, [one, two, three], 'id-2');
    expect(told).toEqual({ kind: 'at-run-time', changes: 'app: added web-3, drained web-2' });
    expect(proxy.ready).toEqual(['1', '3']);
  });

  it('keeps those without whom nobody would be left', async () => {
    const proxy = await aProxyWith(one);
    await tell(proxy, [one, two], 'id-1', 'id-2');
    expect(proxy.ready).toEqual(['1', '2']);
  });
});

describe('several that leave', () => {
  it('are named where the proxy was asked who its members are', async () => {
    const proxy = await aProxyWith(member('1'), member('2'));
    // Members that it was asked for have no container's name.
    proxy.changes.forget();
    await proxy.changes.tell(rendering([member('1'), member('2')]), { signal: NEVER });
    await proxy.changes.letGo(new Set(['id-1']), NEVER);
    expect(proxy.log.lines.at(-1)).toBe('info Told Paper at run time: app: drained web-1');
  });

  it('are told of in one command when they come while another one runs', async () => {
    const members = ['1', '2', '3', '4'].map((name) => member(name));
    const proxy = await aProxyWith(...members);
    await Promise.all(
      ['id-1', 'id-2', 'id-3'].map((id) => proxy.changes.letGo(new Set([id]), NEVER)),
    );
    expect(proxy.ready).toEqual(['4']);
    expect(proxy.runs).toBe(1);
  });
});

describe('a reload stands in', () => {
  const reasonOf = async (proxy: PaperProxy, wanted = rendering([member('1'), member('2')])) => {
    const told = await proxy.changes.tell(wanted, { signal: NEVER });
    if (told.kind !== 'by-reload') throw new Error('it was told at run time');
    return told.reason;
  };

  it('for another structure, without a word to the proxy', async () => {
    const proxy = await aProxyWith(member('1'));
    const other = rendering([member('1')], { generation: 'g2' });
    expect(await reasonOf(proxy, other)).toBeUndefined();
    expect(proxy.runs).toBe(0);
  });

  it('for a proxy that does not run', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.unavailable = 'it does not run';
    expect(await reasonOf(proxy)).toBeUndefined();
    expect(proxy.runs).toBe(0);
  });

  it('for an upstream of which it cannot be told, and not for its neighbours', async () => {
    const proxy = await aProxyWith(member('1'));
    const fixed = { app: 'it speaks FastCGI' };
    const wanted = rendering([member('1'), member('2')], { fixed });
    expect(await reasonOf(proxy, wanted)).toBe('app: it speaks FastCGI');
    expect(proxy.runs).toBe(0);
    const beside = { ...member('9'), upstream: 'other' };
    const other = await proxy.changes.tell(rendering([member('1'), beside], { fixed }), {
      signal: NEVER,
    });
    expect(other.kind).toBe('at-run-time');
  });

  it('for a step that is refused, even where all is well in the end', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.fault = ({ kind }) => (kind === 'add' ? 'refused' : undefined);
    expect(await reasonOf(proxy)).toBe('it refused no add');
    proxy.members = [member('1'), member('2')].map((one) => ({ ...one, isDrained: false }));
    proxy.changes.loaded(rendering([member('1')]));
    expect(await reasonOf(proxy)).toBe('it refused no add');
  });

  it('for a step whose result is not seen', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.fault = () => 'forgotten';
    expect(await reasonOf(proxy)).toBe('it has others than it was told, as for web-2');
  });

  it('for a proxy that has loaded something else in between', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.generation = 'by-hand';
    expect(await reasonOf(proxy)).toBe("it runs 'by-hand', not 'g1'");
    expect(proxy.ready).toEqual(['1']);
  });

  it.each<[CommandResult, string]>([
    [{ kind: 'timed-out', output: '', afterMs: 10_000 }, 'no answer within 10 s'],
    [{ kind: 'failed', reason: 'no shell' }, 'no shell'],
    [{ kind: 'exited', exitCode: 126, output: 'no perl\n', durationMs: 1 }, 'no perl'],
  ])('for a command with the result %j', async (answer, reason) => {
    const proxy = await aProxyWith(member('1'));
    proxy.answer = answer;
    expect(await reasonOf(proxy)).toBe(reason);
  });

  it('and nothing is taken for known after any of this', async () => {
    const proxy = await aProxyWith(member('1'));
    proxy.fault = () => 'forgotten';
    await reasonOf(proxy);
    delete proxy.fault;
    proxy.runs = 0;
    await proxy.changes.tell(rendering([member('1'), member('2')]), { signal: NEVER });
    expect(proxy.runs).toBe(2);
  });
});
