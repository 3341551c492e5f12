import { visible } from '../../base/visible.ts';
import type {
  ContainerReport,
  ExplainReport,
  ProblemReport,
  RouteReport,
} from './explain-report.ts';
import type { Paint } from './style.ts';

export type Mark = keyof typeof MARKS;

/** `●` gets traffic, `○` does not for now, `!` needs somebody to mend something. */
const MARKS = {
  served: ['green', '●'],
  absent: ['yellow', '○'],
  fault: ['red', '!'],
} as const;

/** The sign before a line. */
export function marker(mark: Mark, paint: Paint): string {
  const [color, sign] = MARKS[mark];
  return paint(color, sign);
}

/** From where all this is seen. */
export function seenFrom(proxy: ExplainReport['proxy']): string {
  if (proxy.kind === 'host') {
    return 'Seen by a proxy on this host, which reaches every network. Is it in a container? Name it with --proxy.';
  }
  if (proxy.hostNetwork) return `Seen by ${visible(proxy.name)}, on the host's network.`;
  const { networks } = proxy;
  const which = networks.length === 1 ? 'the network' : 'the networks';
  const where = networks.length === 0 ? 'no network' : `${which} ${visible(networks.join(', '))}`;
  return `Seen by ${visible(proxy.name)}, on ${where}.`;
}

/** It asks for nothing, but somebody seems to have wanted it to. */
export function looksMeant({ isMistake, role }: ContainerReport): boolean {
  return isMistake === true && role === undefined;
}

/** The host, with its path where that is not all of it. */
export function siteOf({ host, path }: RouteReport): string {
  return visible(path === '/' ? host : `${host} ${path}`);
}

/** Where the traffic goes, or why there is none. */
export function trafficOf(route: RouteReport): string {
  if (!route.served) return `none: ${visible(route.why)}`;
  const spoken = route.protocol === 'http' ? '' : ` (${route.protocol})`;
  const over =
    route.network === 'host' ? "on the host's network" : `over ${visible(route.network)}`;
  return `${route.address}${spoken} ${over}`;
}

/** What a person should know besides, or do. */
export function moreOf(route: RouteReport): readonly string[] {
  if (!route.served) return route.remedy === '' ? [] : [`→ ${visible(route.remedy)}`];
  return route.note === '' ? [] : [visible(route.note)];
}

/** A state passes by itself; what is a problem too does not. */
export function markOf(route: RouteReport, { problems }: ContainerReport): Mark {
  if (route.served) return 'served';
  return problems.some(({ reason }) => reason.includes(route.why)) ? 'fault' : 'absent';
}

/** The problems that no route has told already. */
export function besides({ routes, problems }: ContainerReport): readonly ProblemReport[] {
  const told = routes.flatMap((route) => (route.served ? [] : [route.why]));
  return problems.filter(({ reason }) => !told.some((why) => reason.includes(why)));
}

/** Which value is wrong, and why. */
export function problemText({ variable, value, reason }: ProblemReport): string {
  return visible(`${variable}='${value}': ${reason}`);
}

/** What to do about it, as lines. */
export function mend({ remedy }: ProblemReport): readonly string[] {
  return remedy === '' ? [] : [`→ ${visible(remedy)}`];
}
