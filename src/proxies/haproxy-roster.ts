import type { Server, TcpUpstream } from '../routing/model.ts';
import {
  haproxyServer,
  haproxyServerName,
  type ServerTraits,
} from '../templates/haproxy-server.ts';
import { rosterDigest } from './roster-digest.ts';
import type { Configuration, Roster, RosterMember } from './runtime-members.ts';

/**
 * The servers that the bundled template writes for HAProxy, and which of them it cannot be told of.
 * `undefined` where words of the operator's own stand on their lines, or count for them: those may give
 * a server another weight, or have it begin in maintenance, and a server that is added while HAProxy runs
 * has none of them.
 */
export function rosterOf(configuration: Configuration): Roster | undefined {
  if (hasOwnWords(configuration)) return undefined;
  const { model } = configuration;
  const fixed = new Map<string, string>();
  const members: RosterMember[] = [];
  for (const site of model.sites) {
    for (const { upstream, override } of site.routes) {
      const { name, protocol } = upstream;
      // No server of the model's is written.
      if (override || protocol === 'uwsgi') continue;
      members.push(...rosterMembers(upstream));
      if (site.debug !== undefined) fixed.set(name, 'the debug endpoint tells who they are');
      else if (protocol === 'fastcgi') fixed.set(name, 'it speaks FastCGI');
    }
  }
  for (const { upstream } of model.tcp) members.push(...rosterMembers(upstream));
  return { members, fixed, digest: rosterDigest(members) };
}

function hasOwnWords({ model, settings, chunks }: Configuration): boolean {
  return (
    Boolean(settings.extraServer) ||
    model.sites.some(({ routes }) =>
      routes.some(
        ({ upstream, override }) =>
          !override && upstream.servers.some(({ raw }) => raw !== undefined),
      ),
    ) ||
    hasDefaultServer(chunks)
  );
}

/** A line of HAProxy's, and no comment that speaks of one: containers are named there. */
function hasDefaultServer(chunks: readonly string[]): boolean {
  return (
    chunks.some((chunk) => chunk.includes('default-server')) &&
    /^[ \t]*["']?default-server\b/m.test(chunks.join(''))
  );
}

type MemberUpstream = TcpUpstream & ServerTraits;

/** Kept by the identity of their upstream. */
const known = new WeakMap<MemberUpstream, readonly RosterMember[]>();

function rosterMembers(upstream: MemberUpstream): readonly RosterMember[] {
  const before = known.get(upstream);
  if (before) return before;
  const members = upstream.servers.map((server) => rosterMember(server, upstream));
  known.set(upstream, members);
  return members;
}

function rosterMember(server: Server, upstream: MemberUpstream): RosterMember {
  const name = haproxyServerName(server);
  return {
    ...{ upstream: upstream.name, name, container: server.container },
    weight: server.weight ?? 1,
    words: haproxyServer(server, upstream, `${upstream.name}/${name}`),
    isChecked: upstream.healthCheck !== undefined,
  };
}
