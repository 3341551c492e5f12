import { createHash } from 'node:crypto';
import { byText } from '../base/by-text.ts';
import { memberKey } from '../routing/member-changes.ts';
import type { Server, TcpUpstream } from '../routing/model.ts';
import {
  haproxyServer,
  haproxyServerName,
  type ServerTraits,
} from '../templates/haproxy-server.ts';
import type { Configuration, Roster, RosterMember } from './runtime-members.ts';

/** The servers that the bundled template writes for HAProxy, and which of them it cannot be told of. */
export function rosterOf({ model, settings, chunks }: Configuration): Roster {
  // Servers that are added while HAProxy runs do not get what an operator's line gives the others.
  const hasDefaults = chunks.some((chunk) => chunk.includes('default-server'));
  const fixed = new Map<string, string>();
  const members: RosterMember[] = [];
  for (const site of model.sites) {
    for (const { upstream, override } of site.routes) {
      const { name, protocol, servers } = upstream;
      // No server of the model's is written.
      if (override || protocol === 'uwsgi') continue;
      members.push(...rosterMembers(upstream));
      if (site.debug !== undefined) fixed.set(name, 'the debug endpoint tells who they are');
      else if (protocol === 'fastcgi') fixed.set(name, 'it speaks FastCGI');
      else if (hasDefaults) fixed.set(name, 'a default-server line counts for its servers');
      else if (settings.extraServer || servers.some(({ raw }) => raw !== undefined)) {
        fixed.set(name, 'its servers have words of their own');
      }
    }
  }
  for (const { upstream } of model.tcp) {
    members.push(...rosterMembers(upstream));
    if (hasDefaults) fixed.set(upstream.name, 'a default-server line counts for its servers');
  }
  return { members, fixed, digest: digestOf(members) };
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

/** As HAProxy is asked for it: see `say_what_runs`. */
function digestOf(members: readonly RosterMember[]): string {
  const lines = members.map((member) => `${memberKey(member)} ${member.weight}\n`).sort(byText);
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
}
