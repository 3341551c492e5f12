import { describe, expect, it } from 'vitest';
import { aDockerApi } from '../../test/support/memory-docker-api.ts';
import { aLog } from '../../test/support/memory-log.ts';
import type { RosterMember, RuntimeMembers } from '../proxies/runtime-members.ts';
import { Delivery } from './delivery.ts';
import { MemberChanges } from './member-changes.ts';
import type { Rendering } from './rendering.ts';
import type { CommandRunner } from './runner.ts';

const signal = new AbortController().signal;

/** One that tells what it was asked to do; a command to tell members is the names of them. */
const LANGUAGE: RuntimeMembers = {
  rosterOf: () => ({ members: [], fixed: new Map(), digest: '' }),
  askCommand: 'ask',
  listCommand: 'list',
  listed: () => ({ generation: 'g', members: [] }),
  tellCommand: () => 'tell',
  heard: (_, steps) => ({
    generation: 'g',
    members: steps.map(({ member }) => ({ ...member, isDrained: false })),
    refused: [],
  }),
  isOf: () => false,
  partCommand: () => 'part',
  partingOf: () => ({ left: [], workers: [] }),
};

const member = (name: string): RosterMember => ({
  ...{ upstream: 'app', name, weight: 1, words: name, isChecked: false },
  container: { id: name, name },
});

const rendering = (...names: readonly string[]): Rendering => ({
  files: [{ path: '/a', chunks: names }],
  ...{ generation: 'g', revision: `g ${names.join()}`, effect: names.join() },
  ...{ containerCount: 1 },
  roster: { members: names.map(member), fixed: new Map(), digest: names.join() },
});

/** As a set of the history has it: nobody knows its members. */
function withoutRoster(one: Rendering): Rendering {
  const { roster: _, ...rest } = one;
  return rest;
}

/** A delivery to a proxy that takes all that it is told; what is run is noted. */
function aDelivery() {
  const run: string[] = [];
  const waits = new Map<string, Promise<void>>();
  const runner: CommandRunner = {
    where: 'here',
    unavailable: () => undefined,
    run: async (command) => {
      const name = /^(list|tell|part|reload)$/.test(command) ? command : 'ask';
      run.push(name);
      await waits.get(name);
      waits.delete(name);
      run.push(`${name} done`);
      return { kind: 'exited', exitCode: 0, output: '', durationMs: 1 };
    },
    translate: async (path) => ({ kind: 'ok', path }),
  };
  const log = aLog();
  const confirmation = { command: 'ask', membersCommand: 'ask', runner, timeoutMs: 1_000 };
  const memberChanges = new MemberChanges({
    ...{ proxy: 'Paper', members: LANGUAGE, confirmation, log },
    monotonic: () => performance.now(),
  });
  const delivery = new Delivery(
    {
      ...{ dest: '/a', confirmation, memberChanges },
      notifications: [{ kind: 'command', command: 'reload' }],
    },
    {
      ...{ runner, log, api: aDockerApi(), timeoutMs: 1_000 },
      ...{ monotonic: () => performance.now(), now: Date.now },
    },
  );
  /** Something new is live. */
  const deliver = async (one: Rendering) => {
    delivery.oweAll();
    return await delivery.settle(one, { signal });
  };
  return { delivery, memberChanges, deliver, run, waits };
}

describe('what is live comes to a proxy that is told of members', () => {
  it('at run time again, once a notification that was asked for was sent while a set was held', async () => {
    const { delivery, deliver, run } = aDelivery();
    await deliver(rendering('a'));
    delivery.insist();
    expect(await delivery.settle(withoutRoster(rendering('a')), { signal })).toMatchObject({
      kind: 'done',
    });
    // The first one after it looks what the proxy has, which the set did not say.
    run.length = 0;
    expect(await deliver(rendering('a', 'b'))).toMatchObject({ told: { kind: 'at-run-time' } });
    expect(run).toEqual(['list', 'list done', 'tell', 'tell done']);
  });

  it('after what it is asked in between, also where it is a set that it loads', async () => {
    const { memberChanges, deliver, run, waits } = aDelivery();
    await deliver(rendering('a'));
    run.length = 0;
    waits.set('part', new Promise((resolve) => setImmediate(resolve)));
    const asked = memberChanges.openRequests('a', signal);
    await deliver(withoutRoster(rendering('b')));
    expect(run.slice(0, 3)).toEqual(['part', 'part done', 'reload']);
    expect(await asked).toEqual({ count: 0, workers: [] });
    // What it had then is not what it has.
    expect(await memberChanges.openRequests('a', signal)).toBeUndefined();
  });
});
