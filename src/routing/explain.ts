import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { createRouter, type RoutingInput } from './build.ts';
import { type Claim, makeClaim } from './claim.ts';
import type { Problem, Route, RoutingModel, Server, Site, TcpService } from './model.ts';
import type { Obstacle } from './obstacle.ts';
import { PROXY_REF } from './problem.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';
import { OWN_VOCABULARY } from './vocabulary.ts';

/** What becomes of one container, and why. */
export interface Explanation {
  readonly container: RuntimeContainer;
  /** Where it goes, in the order of the sites; empty when it asks for nothing that counts. */
  readonly routes: readonly ExplainedRoute[];
  /** Its ports that are handed on as they are. */
  readonly tcp: readonly ExplainedTcp[];
  /** What a person has to mend for it. */
  readonly problems: readonly Problem[];
  /** Why it has no routes; absent when it has some, or problems that say so. */
  readonly silence?: Silence;
}

export interface Silence extends Obstacle {
  /** Somebody seems to have wanted it to ask: the variable is there, in a wrong way. */
  readonly isMistake: boolean;
}

export type ExplainedRoute = { readonly site: Site; readonly route: Route } & Traffic;

export type ExplainedTcp = { readonly service: TcpService } & Traffic;

export type Traffic =
  | { readonly kind: 'served'; readonly server: Server }
  | { readonly kind: 'absent'; readonly obstacle: Obstacle };

/**
 * Says of each container to which sites it goes, and if not, why not and what to do: the routing
 * model, seen from the containers, in the order in which they are given.
 *
 * @param setAside those whose part a running watch leaves out, because the proxy rejects it
 */
export function explain(
  input: RoutingInput,
  setAside: readonly Problem[] = [],
): {
  readonly explanations: readonly Explanation[];
  /** Of what was set for the proxy as a whole. */
  readonly problems: readonly Problem[];
} {
  const model = createRouter()(input);
  const routes = routesOf(model);
  const { vantage, settings = DEFAULT_PROXY_SETTINGS } = input;
  const { additionalServices } = settings;
  const reading = { vocabulary: input.vocabulary ?? OWN_VOCABULARY, additionalServices };
  const explanations = input.containers.map((container) => {
    const claim = makeClaim(container, { vantage, preferIpv6: settings.preferIpv6, reading });
    const own = routes.get(container.ID) ?? [];
    const isOwn = (problem: Problem) => problem.container.id === container.ID;
    const aside = setAside.filter(isOwn);
    const faults = [...model.problems.filter(isOwn), ...aside];
    const tcp = tcpOf(model, container.ID, claim);
    const isSilent = own.length === 0 && tcp.length === 0 && faults.length === 0;
    return {
      container,
      routes: own.map((entry) => (aside.length > 0 ? leftOut(entry) : explained(entry, claim))),
      tcp,
      problems: faults,
      ...(isSilent ? { silence: silenceOf(container) } : {}),
    };
  });
  const problems = model.problems.filter(({ container }) => container.id === PROXY_REF.id);
  return { explanations, problems };
}

interface Entry {
  readonly site: Site;
  readonly route: Route;
  readonly server?: Server;
  /** Why it is absent, in the model's words. */
  readonly reason: string;
}

function routesOf({ sites }: RoutingModel): ReadonlyMap<string, readonly Entry[]> {
  const entries = sites.flatMap((site) =>
    site.routes.flatMap((route) => [
      ...route.upstream.servers.map((server) => ({
        id: server.container.id,
        entry: { site, route, server, reason: '' },
      })),
      ...route.upstream.absent.map(({ container, reason }) => ({
        id: container.id,
        entry: { site, route, reason },
      })),
    ]),
  );
  const byId = new Map<string, Entry[]>();
  for (const { id, entry } of entries) {
    const known = byId.get(id);
    if (known) known.push(entry);
    else byId.set(id, [entry]);
  }
  return byId;
}

function tcpOf({ tcp }: RoutingModel, id: string, { offer }: Claim): readonly ExplainedTcp[] {
  return tcp.flatMap((service): readonly ExplainedTcp[] => {
    const server = service.upstream.servers.find(({ container }) => container.id === id);
    if (server) return [{ service, kind: 'served', server }];
    const isAbsent = service.upstream.absent.some(({ container }) => container.id === id);
    if (!isAbsent || offer.kind !== 'absence') return [];
    return [{ service, kind: 'absent', obstacle: offer.obstacle }];
  });
}

function explained({ site, route, server, reason }: Entry, { offer }: Claim): ExplainedRoute {
  if (server) return { site, route, kind: 'served', server };
  const isOwn = offer.kind === 'absence' && offer.absence.reason === reason;
  const { protocol } = route.upstream;
  // Nobody but the other containers of the route keeps it out: it speaks another protocol.
  const remedy = `set VIRTUAL_PROTO=${protocol} here, or the same on all containers of the site`;
  return {
    site,
    route,
    kind: 'absent',
    obstacle: isOwn ? offer.obstacle : { why: reason, remedy },
  };
}

function leftOut({ site, route }: Entry): ExplainedRoute {
  const obstacle = { why: 'set aside, because the proxy rejects it', remedy: '' };
  return { site, route, kind: 'absent', obstacle };
}

/** What people try in the place of the variable, and is too far from it to be told of as a problem. */
const LOOKALIKE = /^VIRTUAL[_-]?HOST(?:NAME)?$|^VHOST$/i;

/** Why nothing is asked for, where no value is at fault. */
function silenceOf({ Env, Labels }: RuntimeContainer): Silence {
  const remedy = 'to serve it, start it with VIRTUAL_HOST=a-name.example in its environment';
  if (Object.hasOwn(Env, 'VIRTUAL_HOST')) {
    return { why: 'VIRTUAL_HOST is empty', remedy, isMistake: true };
  }
  const variable = Object.keys(Env).find((name) => LOOKALIKE.test(name));
  if (variable !== undefined) {
    return {
      why: `VIRTUAL_HOST is not set, but ${variable} is`,
      remedy: 'name it VIRTUAL_HOST',
      isMistake: true,
    };
  }
  const label = Object.keys(Labels).find((name) => LOOKALIKE.test(name));
  if (label !== undefined) {
    return {
      why: `VIRTUAL_HOST is not set, but there is a label ${label}`,
      remedy: 'name the label tsgen.virtual-host, or set VIRTUAL_HOST as an environment variable',
      isMistake: true,
    };
  }
  return { why: 'VIRTUAL_HOST is not set', remedy, isMistake: false };
}
