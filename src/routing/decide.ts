import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Claim } from './claim.ts';
import {
  CONTAINER_SETTINGS,
  type ContainerSettingKey,
  type ContainerValue,
} from './container-settings.ts';
import type { Problem } from './model.ts';
import { byAge } from './order.ts';
import { problemOf } from './problem.ts';
import type { SetValue } from './read-settings.ts';

/**
 * Those of several containers who have a say about what they share. One that is stopping or has
 * stopped has none while there is another, so that a replacement with other values takes over as
 * soon as it may.
 */
export function votersOf<T extends { readonly claim: Claim }>(members: readonly T[]): readonly T[] {
  const staying = members.filter(({ claim }) => !claim.leaving);
  return staying.length > 0 ? staying : members;
}

/** The oldest: a newcomer must not take a running service away. */
export function leaderOf<T extends { readonly claim: Claim }>(voters: readonly T[]): T | undefined {
  return voters.reduce<T | undefined>(
    (a, b) => (a && byAge(a.claim.container, b.claim.container) <= 0 ? a : b),
    undefined,
  );
}

export interface Decision<T> {
  /** Absent when nobody has set it. */
  readonly value?: T;
  /** Whose it is, and where it stands. */
  readonly by?: { readonly container: RuntimeContainer; readonly variable: string };
  /** One for each container that wants something else. */
  readonly problems: readonly Problem[];
}

/**
 * A value for what several containers share, where each can set it: the oldest that has is heard,
 * and the others that want something else are told so. Those that have not set it want nothing.
 *
 * @param what the site or route, for people
 */
export function decide<K extends ContainerSettingKey>(
  key: K,
  claims: readonly Claim[],
  what: string,
): Decision<ContainerValue<K>> {
  return decideBy(
    claims,
    ({ intent }) => intent.values[key] as SetValue<ContainerValue<K>> | undefined,
    `${CONTAINER_SETTINGS[key].env} of ${what}`,
  );
}

/** The same for a value that has to be looked up in another way. */
export function decideBy<T>(
  claims: readonly Claim[],
  setBy: (claim: Claim) => SetValue<T> | undefined,
  what: string,
): Decision<T> {
  const members = claims.flatMap((claim) => {
    const set = setBy(claim);
    return set === undefined ? [] : [{ claim, set }];
  });
  const voters = votersOf(members);
  const leader = leaderOf(voters);
  if (!leader) return NOTHING;
  const agreed = JSON.stringify(leader.set.value);
  const problems = voters
    .filter(({ set }) => JSON.stringify(set.value) !== agreed)
    .map(({ claim, set }) => {
      const reason = `${leader.claim.ref.name}, which is older, has another value (${shown(leader.set.value)}): that one counts for both as ${what}`;
      return problemOf(claim.container, set.variable, reason);
    });
  const by = { container: leader.claim.container, variable: leader.set.variable };
  return { value: leader.set.value, by, problems };
}

const NOTHING = { problems: [] };

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  return JSON.stringify(value);
}
