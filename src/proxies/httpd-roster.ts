import type { Server, Upstream } from '../routing/model.ts';
import {
  httpdRoute,
  httpdWeight,
  httpdWorker,
  httpdWorkerName,
  whyNotTold,
} from '../templates/httpd-worker.ts';
import { apacheBalancer } from '../templates/quote.ts';
import { placesOf } from './httpd-places.ts';
import { rosterDigest } from './roster-digest.ts';
import type { Configuration, Roster, RosterMember } from './runtime-members.ts';

/** The workers that the bundled template writes for httpd, and which of them it cannot be told of. */
export function rosterOf({ model, settings }: Configuration): Roster {
  const fixed = new Map<string, string>();
  const places = new Map<string, readonly string[]>();
  const members: RosterMember[] = [];
  const placesByUpstream = placesOf(model);
  for (const site of model.sites) {
    for (const { upstream, override } of site.routes) {
      // No server of the model's is written.
      if (override) continue;
      const name = apacheBalancer(upstream.name);
      const own = membersOf(upstream);
      members.push(...own);
      places.set(name, placesByUpstream.get(upstream.name) ?? []);
      const reason = whyNotTold(upstream) ?? whyFixed(upstream, own);
      if (site.debug !== undefined) fixed.set(name, 'the debug endpoint tells who they are');
      else if (reason !== undefined) fixed.set(name, reason);
      else if (settings.extraServer) fixed.set(name, OWN_WORDS);
    }
  }
  return { members, fixed, places, digest: rosterDigest(members) };
}

const OWN_WORDS = 'its servers have words of their own';

function whyFixed({ servers }: Upstream, members: readonly RosterMember[]): string | undefined {
  // Without any, there is no balancer: a line of its own answers for it.
  if (servers.length === 0) return 'nobody is left for it';
  if (servers.some(({ raw }) => raw !== undefined)) return OWN_WORDS;
  const workers = new Set(members.map(({ words }) => words));
  return workers.size < members.length ? 'several of its servers have one address' : undefined;
}

/** Kept by the identity of their upstream. */
const known = new WeakMap<Upstream, readonly RosterMember[]>();

function membersOf(upstream: Upstream): readonly RosterMember[] {
  const before = known.get(upstream);
  if (before) return before;
  const members = upstream.servers.map((server) => rosterMember(server, upstream));
  known.set(upstream, members);
  return members;
}

/**
 * A worker's name is its address, and httpd can forget none. Its route tells whose address it is: who
 * comes back in the place of another container is another member.
 */
function rosterMember(server: Server, upstream: Upstream): RosterMember {
  const isTold = whyNotTold(upstream) === undefined;
  const words = httpdWorkerName(httpdWorker(server, upstream, isTold));
  return {
    ...{ upstream: apacheBalancer(upstream.name), container: server.container },
    name: `${words} ${httpdRoute(server.container.id)}${server.backup ? ' backup' : ''}`,
    weight: httpdWeight(server.weight),
    words,
    isChecked: upstream.healthCheck !== undefined,
  };
}
