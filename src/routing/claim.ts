import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { chooseAddress, choosePort, type FoundAddress, type PortsWithout } from './addresses.ts';
import { type Intent, type Reading, readIntent, type Wish } from './intent.ts';
import { containerLimits, NO_LIMITS, type ProxyLimits } from './limits.ts';
import type { Absence, ContainerRef, Problem, Server, Vantage } from './model.ts';
import { type Obstacle, reasonOf } from './obstacle.ts';
import { problemOf } from './problem.ts';
import { isLeaving, unreadiness } from './readiness.ts';

/** What one container asks for, and what it can offer at the moment. */
export interface Claim {
  readonly container: RuntimeContainer;
  readonly ref: ContainerRef;
  readonly intent: Intent;
  readonly offer: Offer;
  /** It no longer has a say about what a site or a route is. */
  readonly leaving: boolean;
  readonly problems: readonly Problem[];
}

type Reachable = Extract<FoundAddress, { readonly kind: 'reachable' }>;

export type Offer =
  | Reachable
  | {
      readonly kind: 'absence';
      readonly absence: Absence;
      readonly obstacle: Obstacle;
      /** It is stopping, and can still be reached: better than nobody. */
      readonly lastResort?: Reachable;
    };

export interface Reach {
  readonly vantage: Vantage;
  /** Where a container has both addresses on a network. */
  readonly preferIpv6: boolean;
  /** By default none. */
  readonly limits?: ProxyLimits;
  /** What containers' words are read with; by default tsgen's own. */
  readonly reading?: Reading;
}

export function makeClaim(container: RuntimeContainer, reach: Reach): Claim {
  const ref: ContainerRef = { id: container.ID, name: container.Name };
  const read = readIntent(container, reach.reading);
  const limits = containerLimits(container, read, reach.limits ?? NO_LIMITS);
  const intent = limits.length === 0 ? read : { ...read, problems: [...read.problems, ...limits] };
  const claim = { container, ref, intent, leaving: isLeaving(container) };
  const absent = (obstacle: Obstacle, reason: string, problems = intent.problems): Claim => ({
    ...claim,
    offer: { kind: 'absence', absence: { container: ref, reason }, obstacle },
    problems,
  });

  const health = { ignoresHealth: intent.values.ignoreHealth?.value ?? false };
  const unready = unreadiness(container, health);
  if (unready !== undefined) {
    // A state passes, and everybody knows the word for it: the reason is that alone.
    const away = absent(unready, unready.why);
    const isUp = unreadiness({ ...container, stopping: false }, health) === undefined;
    const found = isUp ? chooseAddress(container, reach) : undefined;
    return found?.kind === 'reachable' && away.offer.kind === 'absence'
      ? { ...away, offer: { ...away.offer, lastResort: found } }
      : away;
  }
  const offer = chooseAddress(container, reach);
  if (offer.kind === 'unreachable') {
    // Unlike a state, this needs somebody to do something.
    const reason = reasonOf(offer.obstacle);
    const variable = intent.wishes[0]?.variables.host ?? intent.tcp[0]?.variable;
    if (variable === undefined) return absent(offer.obstacle, reason);
    // Who cannot be reached must not decide for those who can.
    const problem = problemOf(container, variable, `the container ${reason}`);
    return {
      ...absent(offer.obstacle, reason, [...intent.problems, problem]),
      leaving: true,
    };
  }
  return { ...claim, offer, problems: intent.problems };
}

/** A container's wish for one path of a host, and what it is to that route. */
export interface Member {
  readonly claim: Claim;
  readonly wish: Wish;
  readonly part:
    | { readonly kind: 'server'; readonly server: Server }
    | {
        readonly kind: 'absence';
        readonly absence: Absence;
        /** What it is while nobody else is there. */
        readonly lastResort?: Server;
      };
}

export function membershipsOf(claim: Claim): readonly Member[] {
  return claim.intent.wishes.map((wish) => ({ claim, wish, part: partOf(claim, wish) }));
}

function partOf(claim: Claim, wish: Wish): Member['part'] {
  const { offer, intent } = claim;
  const without = {
    excluded: intent.values.excludedPorts?.value ?? [],
    tcp: intent.tcp.map(({ target }) => target),
  };
  const raw = intent.values.rawServer?.value;
  const serverAt = (reachable: Reachable): Server => {
    const server = serverOf(claim, reachable, wish.port, without);
    return raw === undefined ? server : { ...server, raw };
  };
  if (offer.kind === 'reachable') return { kind: 'server', server: serverAt(offer) };
  const { absence, lastResort } = offer;
  return {
    kind: 'absence',
    absence,
    ...(lastResort ? { lastResort: asLastResort(serverAt(lastResort)) } : {}),
  };
}

/** For who has nobody else left. */
export function asLastResort(server: Server): Server {
  return { ...server, note: 'stopping; nobody else is left' };
}

/** @param wanted the port; else one of those that the container exposes. */
export function serverOf(
  { container, ref, intent }: Claim,
  { address, family, network }: Reachable,
  wanted: number | undefined,
  without?: PortsWithout,
): Server {
  const { port, note } = choosePort(container, wanted, without);
  const { weight, backup } = intent.values;
  const share = {
    ...(weight === undefined || weight.value === 1 ? {} : { weight: weight.value }),
    ...(backup?.value ? { backup: true as const } : {}),
  };
  return { container: ref, address, port, family, network, note, ...share };
}
