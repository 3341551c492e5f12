import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { chooseAddress, choosePort } from './addresses.ts';
import { type Intent, readIntent } from './intent.ts';
import type { Absence, ContainerRef, Problem, Server, Vantage } from './model.ts';
import { type Obstacle, reasonOf } from './obstacle.ts';
import { problemOf } from './problem.ts';
import { isLeaving, unreadiness } from './readiness.ts';

/** What one container asks for, and what it can offer at the moment. */
export interface Claim {
  readonly container: RuntimeContainer;
  readonly ref: ContainerRef;
  readonly intent: Intent;
  readonly offer:
    | { readonly kind: 'server'; readonly server: Server }
    | { readonly kind: 'absence'; readonly absence: Absence; readonly obstacle: Obstacle };
  /** It no longer has a say about what a route is. */
  readonly leaving: boolean;
  readonly problems: readonly Problem[];
}

export function makeClaim(container: RuntimeContainer, vantage: Vantage): Claim {
  const ref: ContainerRef = { id: container.ID, name: container.Name };
  const intent = readIntent(container);
  const claim = { container, ref, intent, leaving: isLeaving(container) };
  const absent = (obstacle: Obstacle, reason: string, problems = intent.problems): Claim => ({
    ...claim,
    offer: { kind: 'absence', absence: { container: ref, reason }, obstacle },
    problems,
  });

  const unready = unreadiness(container);
  // A state passes, and everybody knows the word for it: the reason is that alone.
  if (unready !== undefined) return absent(unready, unready.why);
  const found = chooseAddress(container, vantage);
  if (found.kind === 'unreachable') {
    // Unlike a state, this needs somebody to do something.
    const reason = reasonOf(found.obstacle);
    const problem = problemOf(container, 'VIRTUAL_HOST', `the container ${reason}`);
    const problems = intent.hosts.length > 0 ? [...intent.problems, problem] : intent.problems;
    return absent(found.obstacle, reason, problems);
  }
  const { address, family, network } = found;
  const { port, note } = choosePort(container, intent.port);
  const server: Server = { container: ref, address, port, family, network, note };
  return { ...claim, offer: { kind: 'server', server }, problems: intent.problems };
}
