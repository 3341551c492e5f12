import type { Claim, Member } from './claim.ts';
import { type Decision, decide, leaderOf, votersOf } from './decide.ts';
import type { HealthCheck } from './health-check.ts';
import { routeHooks } from './hooks.ts';
import { keptConnections, reuseOf } from './keepalive.ts';
import type { Absence, Problem, Protocol, Route, Server, Upstream } from './model.ts';
import { upstreamName } from './names.ts';
import { pathText } from './paths.ts';
import { problemOf } from './problem.ts';
import { isHttp } from './protocols.ts';
import { withStandby } from './standby.ts';
import { cookieOf } from './sticky.ts';
import type { Surroundings } from './surroundings.ts';

export interface BuiltRoute {
  readonly route: Route;
  /** Where its containers disagree. */
  readonly problems: readonly Problem[];
}

/**
 * A route has one destination and one protocol: those of its oldest container. Who wants another
 * destination is served by the one that counts; who speaks another protocol gets no traffic, since
 * it would not understand it. Both are problems.
 */
export function buildRoute(
  { host, key, name }: { readonly host: string; readonly key: string; readonly name: string },
  members: readonly Member[],
  { settings, files, places, limits }: Surroundings,
): BuiltRoute {
  const leader = leaderOf(votersOf(members));
  if (!leader) throw new Error(`the route of ${host} has no member`);
  const { path, pathKind, dest, proto } = leader.wish;
  const where = `${host} and path ${pathText({ path, pathKind })}`;
  const claims = members.map(({ claim }) => claim);
  const access = decideAccess(claims, where);
  const balance = decide('balance', claims, where);
  const keepalive = decide('keepalive', claims, where);
  const sticky = decide('sticky', claims, where);
  const bodyLimit = decide('bodyLimit', claims, where);
  const connectTimeout = decide('connectTimeout', claims, where);
  const serverTimeout = decide('serverTimeout', claims, where);
  const healthCheck = decideHealthCheck(claims, proto, where);

  const weight = decide('matchWeight', claims, where);
  const compression = decide('compression', claims, where);
  const options = decide('options', claims, where);
  const raw = decide('raw', claims, where);

  const problems: Problem[] = [
    ...[access, balance, keepalive, sticky, bodyLimit],
    ...[connectTimeout, serverTimeout, healthCheck, weight, compression, options, raw],
  ].flatMap((one) => one.problems);
  const servers: Server[] = [];
  const absent: Absence[] = [];
  for (const member of members) {
    const { claim, wish, part } = member;
    const isOutvoted = !claim.leaving && wish.proto !== proto;
    if (!claim.leaving) problems.push(...dissent(member, leader, where));
    if (isOutvoted) absent.push({ container: claim.ref, reason: protocolClash(member, leader) });
    else if (part.kind === 'server') servers.push(part.server);
    else absent.push(part.absence);
  }
  // Until they are gone, those that are stopping are better than nobody.
  const last = servers.length > 0 ? [] : members.flatMap((one) => lastResort(one, proto));
  const kept = keepalive.value ?? 'auto';
  const count = servers.length + last.length;
  const connections = keptConnections(kept, count);
  const mixes = limits.mixesRequests?.({ dest, protocol: proto }) ?? false;
  const method = balance.value ?? settings.balance;
  const ownName = upstreamName({ host, key }, { path, pathKind }, { hashed: settings.hashedNames });
  const cookie = cookieOf(sticky.value, ownName);
  const upstream = {
    name: ownName,
    protocol: proto,
    balance: method,
    keepalive: kept,
    connections,
    reuse: reuseOf({ keepalive: kept, connections, protocol: proto }, mixes),
    ...(cookie === undefined ? {} : { sticky: { cookie } }),
    ...patience(connectTimeout.value ?? settings.timeouts.connect, count),
    ...withValue('serverTimeout', serverTimeout.value ?? settings.timeouts.server),
    ...withValue('healthCheck', healthCheck.value ?? settings.healthCheck),
    ...(options.value?.length ? { options: options.value } : {}),
    ...(claims.some(({ intent }) => intent.values.backup?.value)
      ? { hasBackup: true as const }
      : {}),
    servers: withStandby([...servers, ...last], method, limits),
    absent: absent.filter(({ container: { id } }) => !last.some((one) => one.container.id === id)),
  };
  const { isInternal } = access;
  const internalClients = files.hooks.get(places.internalClients);
  const parameters = files.hooks.get(places.fastcgi);
  const hooks = routeHooks(name, { path, pathKind }, files, places);
  const asksUsers = settings.users.length > 0 && !hooks.users && !excludesUsers(claims);
  return {
    route: {
      path,
      pathKind,
      dest,
      access: isInternal ? 'internal' : 'external',
      ...(isInternal && internalClients ? { internalClients } : {}),
      ...(proto === 'fastcgi' && parameters ? { parameters } : {}),
      ...hooks,
      ...withValue('bodyLimit', bodyLimit.value),
      ...(asksUsers ? { asksUsers } : {}),
      ...(compression.value?.length ? { compression: compression.value } : {}),
      ...(weight.value ? { weight: weight.value } : {}),
      ...(raw.value?.length ? { raw: raw.value } : {}),
      upstream,
    },
    problems,
  };
}

/** One that does not say so might not want strangers. */
function excludesUsers(claims: readonly Claim[]): boolean {
  const voters = votersOf(claims.map((claim) => ({ claim })));
  return voters.every(({ claim }) => claim.intent.values.excludeUsers?.value === true);
}

/** A field, or none where its value is absent. */
function withValue<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}

/** Milliseconds. An address on the same host answers at once or is gone. */
const FAILOVER_AFTER = 500;

/**
 * How long to wait for a connection: as was asked for, or for a short while where another server can be
 * asked. One that is alone has the time in which a connection is tried anew.
 */
function patience(
  asked: number | undefined,
  servers: number,
): Pick<Upstream, 'connectTimeout' | 'failoverAfter'> {
  if (asked !== undefined) return { connectTimeout: asked };
  return servers > 1 ? { failoverAfter: FAILOVER_AFTER } : {};
}

/** A path can only be asked for where HTTP is spoken. */
function decideHealthCheck(
  claims: readonly Claim[],
  proto: Protocol,
  where: string,
): Decision<HealthCheck> {
  const decision = decide('healthCheck', claims, where);
  if (decision.value?.kind !== 'http' || isHttp(proto) || !decision.by) return decision;
  const { container, variable } = decision.by;
  const reason = `a container that speaks ${proto} cannot be asked for a path: it is not checked. Use tcp, which looks whether it can be connected to`;
  return { problems: [...decision.problems, problemOf(container, variable, reason)] };
}

function lastResort({ wish, part }: Member, proto: Protocol): readonly Server[] {
  return part.kind === 'absence' && part.lastResort && wish.proto === proto
    ? [part.lastResort]
    : [];
}

/** Whoever wants it internal gets it: the other way round would let strangers in. */
function decideAccess(
  claims: readonly Claim[],
  where: string,
): { readonly isInternal: boolean; readonly problems: readonly Problem[] } {
  const voters = votersOf(claims.map((claim) => ({ claim }))).map(({ claim }) => claim);
  const closed = voters.find(({ intent }) => intent.values.access?.value === 'internal');
  if (closed === undefined) return { isInternal: false, problems: [] };
  const problems = voters.flatMap(({ container, intent: { values } }) => {
    if (values.access?.value !== 'external') return [];
    const reason = `${closed.ref.name} wants it internal, and that counts for all: strangers are kept out of ${where}`;
    return problemOf(container, values.access.variable, reason);
  });
  return { isInternal: true, problems };
}

function dissent(member: Member, leader: Member, where: string): readonly Problem[] {
  const { proto, dest } = leader.wish;
  const { claim, wish } = member;
  if (wish.proto !== proto) {
    const reason = `${protocolClash(member, leader)}; it gets no traffic for ${where} until both agree`;
    return [problemOf(claim.container, wish.variables.proto, reason)];
  }
  if (wish.dest !== dest) {
    const reason = `${leader.claim.ref.name}, which is older, has ${JSON.stringify(dest)} for ${where}: that one counts for both`;
    return [problemOf(claim.container, wish.variables.dest, reason)];
  }
  return [];
}

function protocolClash({ wish }: Member, leader: Member): string {
  return `speaks ${wish.proto}, while ${leader.claim.ref.name}, which is older, speaks ${leader.wish.proto}`;
}
