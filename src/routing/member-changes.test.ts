import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeSteps,
  type Member,
  type MemberStep,
  memberKey,
  memberSteps,
  membersAfter,
  type PresentMember,
} from './member-changes.ts';

const member = (name: string, { upstream = 'app', weight = 1 } = {}): Member => ({
  ...{ upstream, name, weight },
  container: { id: `id-${name}`, name: `web-${name}` },
});
const present = (one: Member, isDrained = false): PresentMember => ({ ...one, isDrained });
const brief = (steps: readonly MemberStep[]) =>
  steps.map((step) => `${step.kind} ${memberKey(step.member)}`);

describe('the steps from the members that a proxy has to those it is to have', () => {
  it('are none where they are the same', () => {
    expect(memberSteps([present(member('1'))], [member('1')])).toEqual([]);
  });

  it('add before they drain, so that nobody is left without a server', () => {
    const steps = memberSteps(
      [present(member('1')), present(member('2'))],
      [member('3'), member('2')],
    );
    expect(brief(steps)).toEqual(['add app/3', 'drain app/1', 'remove app/1']);
  });

  it('take back who was drained and is still there', () => {
    expect(brief(memberSteps([present(member('1'), true)], [member('1')]))).toEqual([
      'ready app/1',
    ]);
  });

  it('remove at last who was drained before', () => {
    expect(brief(memberSteps([present(member('1'), true)], []))).toEqual(['remove app/1']);
  });

  it('tell of another weight', () => {
    const steps = memberSteps([present(member('1'))], [member('1', { weight: 5 })]);
    expect(brief(steps)).toEqual(['weight app/1']);
  });

  it('keep upstreams apart that have servers of the same name', () => {
    const steps = memberSteps([present(member('1'))], [member('1', { upstream: 'other' })]);
    expect(brief(steps)).toEqual(['add other/1', 'drain app/1', 'remove app/1']);
  });

  it('lead there from anywhere', () => {
    const some = fc.uniqueArray(
      fc.record({
        upstream: fc.constantFrom('a', 'b'),
        name: fc.constantFrom('1', '2', '3'),
        weight: fc.constantFrom(0, 1, 9),
        isDrained: fc.boolean(),
      }),
      { selector: memberKey },
    );
    fc.assert(
      fc.property(some, some, (before, after) => {
        const wanted = after.map(({ upstream, name, weight }) =>
          member(name, { upstream, weight }),
        );
        expect(sorted(carriedOut(before, memberSteps(before, wanted)))).toEqual(
          sorted(membersAfter(wanted)),
        );
      }),
    );
  });

  it('are told to people by upstream and container', () => {
    const steps = memberSteps(
      [present(member('1')), { ...present(member('4')), upstream: 'b' }],
      [member('3'), member('2', { upstream: 'b' })],
    );
    expect(describeSteps(steps)).toBe(
      'app: added web-3, drained web-1; b: added web-2, drained web-4',
    );
  });
});

/** As a proxy does it that says yes to everything. */
function carriedOut(
  before: readonly PresentMember[],
  steps: readonly MemberStep[],
): readonly PresentMember[] {
  const members = new Map(before.map((one) => [memberKey(one), one]));
  for (const { kind, member: one } of steps) {
    const key = memberKey(one);
    const known = members.get(key);
    if (kind === 'add') {
      expect(known).toBeUndefined();
      members.set(key, { ...one, isDrained: false });
      continue;
    }
    if (!known) throw new Error(`${key} is not there`);
    if (kind === 'remove') {
      expect(known.isDrained).toBe(true);
      members.delete(key);
    } else if (kind === 'weight') members.set(key, { ...known, weight: one.weight });
    else members.set(key, { ...known, isDrained: kind === 'drain' });
  }
  return [...members.values()];
}

function sorted(members: readonly PresentMember[]): readonly string[] {
  return members
    .map((one) => `${memberKey(one)} ${one.weight} ${one.isDrained ? 'drained' : 'ready'}`)
    .sort();
}
