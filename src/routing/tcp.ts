import { ROUND_ROBIN } from './balance.ts';
import { chooseCertificate } from './choose-certificate.ts';
import { asLastResort, type Claim, serverOf } from './claim.ts';
import { decide, decideBy, leaderOf, votersOf } from './decide.ts';
import type { TcpWish } from './intent.ts';
import type { Absence, Problem, Server, TcpService, TcpTls } from './model.ts';
import { byContainer } from './order.ts';
import type { PortWish } from './port-clashes.ts';
import { outsideProblem, problemOf } from './problem.ts';
import { withStandby } from './standby.ts';
import type { Surroundings } from './surroundings.ts';

export interface BuiltTcp {
  /** Absent: it cannot be served, as a problem says. */
  readonly service?: TcpService;
  readonly wishes: readonly PortWish[];
  readonly problems: readonly Problem[];
}

interface TcpMember {
  readonly claim: Claim;
  readonly wish: TcpWish;
}

/** What containers ask to be handed on as it is, by the port on which the proxy listens. */
export function buildTcp(claims: readonly Claim[], around: Surroundings): readonly BuiltTcp[] {
  const groups = new Map<number, TcpMember[]>();
  for (const claim of claims) {
    for (const wish of claim.intent.tcp) {
      const group = groups.get(wish.port);
      if (group) group.push({ claim, wish });
      else groups.set(wish.port, [{ claim, wish }]);
    }
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([port, members]) => buildService(port, members, around));
}

function buildService(
  port: number,
  unsorted: readonly TcpMember[],
  around: Surroundings,
): BuiltTcp {
  const members = unsorted.toSorted((a, b) => byContainer(a.claim.ref, b.claim.ref));
  const claims = members.map(({ claim }) => claim);
  const wishes = members.map(({ claim: { container }, wish: { variable } }) => ({
    scheme: 'tcp' as const,
    port,
    container,
    variable,
  }));
  const limit = around.limits.tcp?.(around.settings);
  if (limit !== undefined) {
    return { wishes: [], problems: wishes.map((one) => toProblem(one, limit)) };
  }
  const where = `TCP port ${port}`;
  const isTls = decideBy(
    claims,
    ({ intent }) => {
      const wish = intent.tcp.find((one) => one.port === port);
      return wish && { value: wish.tls, variable: wish.variable };
    },
    `whether clients speak TLS on ${where}`,
  );
  const balance = decide('balance', claims, where);
  const problems = [...isTls.problems, ...balance.problems];
  const tls = isTls.value ? chooseTls(members, around) : { problems: [] };
  const leader = leaderOf(votersOf(members));
  if (leader) {
    const { container } = leader.claim;
    const { variable } = leader.wish;
    for (const problem of tls.problems) problems.push(toProblem({ container, variable }, problem));
    if (isTls.value && !tls.tls) {
      const reason = `${where}: there is no certificate to speak TLS with: it is not served until there is one for its VIRTUAL_HOST, by CERT_NAME, or a default one`;
      problems.push(toProblem({ container, variable }, reason));
    }
  }
  if (isTls.value && !tls.tls) return { wishes: [], problems };
  const servers: Server[] = [];
  const absent: Absence[] = [];
  const last: Server[] = [];
  for (const { claim, wish } of members) {
    const { offer } = claim;
    if (offer.kind === 'reachable') servers.push(serverOf(claim, offer, wish.target));
    else {
      absent.push(offer.absence);
      if (offer.lastResort) {
        last.push(asLastResort(serverOf(claim, offer.lastResort, wish.target)));
      }
    }
  }
  // Until they are gone, those that are stopping are better than nobody.
  const isNobodyLeft = servers.length === 0;
  const method = balance.value?.method ?? 'round-robin';
  const isKnown = method === 'least-connections' || method === 'source' || method === 'random';
  if (balance.value && balance.by && !isKnown && method !== 'round-robin') {
    const reason = `${where}: of connections there is nothing to choose by but their number and the client's address: they go round`;
    problems.push(toProblem(balance.by, reason));
  }
  const choice = (isKnown ? balance.value : undefined) ?? ROUND_ROBIN;
  const upstream = {
    name: `tcp_${port}`,
    balance: choice,
    servers: withStandby(isNobodyLeft ? last : servers, choice, around.limits),
    absent: isNobodyLeft
      ? absent.filter(({ container: { id } }) => !last.some((one) => one.container.id === id))
      : absent,
  };
  const service: TcpService = { port, ...(tls.tls ? { tls: tls.tls } : {}), upstream };
  return { service, wishes, problems };
}

/** The certificate is that of the oldest container's first site. */
function chooseTls(
  members: readonly TcpMember[],
  { settings, files, now }: Surroundings,
): { readonly tls?: TcpTls; readonly problems: readonly string[] } {
  const leader = leaderOf(votersOf(members));
  const values = leader?.claim.intent.values;
  const [first] = leader?.claim.intent.wishes ?? [];
  const policy = values?.tlsPolicy?.value ?? settings.tlsPolicy;
  const choice = chooseCertificate(
    {
      host: first?.host.host ?? '',
      key: '',
      certificateName: values?.certName?.value,
      trustDefault: values?.trustDefaultCert?.value ?? settings.trustDefaultCert,
      securityLevel: policy.securityLevel,
    },
    files,
    now,
  );
  if (choice.kind === 'none') return { problems: choice.problems };
  return { tls: { certificate: choice.certificate, policy }, problems: choice.problems };
}

function toProblem(
  { container, variable }: Pick<PortWish, 'container' | 'variable'>,
  reason: string,
): Problem {
  return outsideProblem(problemOf(container, variable, reason));
}
