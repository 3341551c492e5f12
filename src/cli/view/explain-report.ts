import type { RuntimeContainer, Snapshot } from '../../inventory/runtime-container.ts';
import type { ExplainedRoute, ExplainedTcp, Explanation, Traffic } from '../../routing/explain.ts';
import type { Problem, Vantage } from '../../routing/model.ts';
import type { ChangeReport } from '../../status/report.ts';

/** What `tsgen explain` says, also as JSON. */
export interface ExplainReport {
  /** From where the containers are looked at; see `Vantage`. */
  readonly proxy:
    | { readonly kind: 'host' }
    | {
        readonly kind: 'container';
        readonly name: string;
        readonly hostNetwork: boolean;
        readonly networks: readonly string[];
      };
  /** Of what was set for the proxy as a whole. */
  readonly problems: readonly ProblemReport[];
  readonly containers: readonly ContainerReport[];
}

export interface ProblemReport {
  readonly variable: string;
  readonly value: string;
  readonly reason: string;
  /** '' where the reason says it. */
  readonly remedy: string;
}

export interface ContainerReport {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** '' without a health check. */
  readonly health: string;
  /** What it is for tsgen, where it is no back end. */
  readonly role?: 'proxy' | 'tsgen';
  readonly routes: readonly RouteReport[];
  /** How it last came to get requests, or none: what the watch has seen. */
  readonly lastChange?: Omit<ChangeReport, 'id' | 'container'>;
  readonly problems: readonly ProblemReport[];
  /** Why it has no routes, where no problem says so. */
  readonly why?: string;
  readonly remedy?: string;
  /** That looks like a mistake, and not like a container that wants no traffic. */
  readonly isMistake?: boolean;
}

export type RouteReport = { readonly host: string; readonly path: string } & (
  | {
      readonly served: true;
      readonly protocol: string;
      /** `IP:PORT`, an IPv6 address in brackets. */
      readonly address: string;
      readonly network: string;
      readonly note: string;
    }
  | { readonly served: false; readonly why: string; readonly remedy: string }
);

export function reportOf(
  explanations: readonly Explanation[],
  around: {
    readonly snapshot: Snapshot;
    readonly vantage: Vantage;
    /** Of the proxy as a whole. */
    readonly problems: readonly Problem[];
    /** What a watch remembers. */
    readonly changes?: readonly ChangeReport[];
  },
): ExplainReport {
  const { snapshot, vantage } = around;
  const proxyId = vantage.kind === 'container' ? vantage.container.id : '';
  const selfId = snapshot.self?.ID;
  const roleOf = ({ ID }: RuntimeContainer): ContainerReport['role'] => {
    if (ID === selfId) return 'tsgen';
    return ID === proxyId ? 'proxy' : undefined;
  };
  const changes = new Map(around.changes?.map(({ id, container: _, ...change }) => [id, change]));
  return {
    proxy:
      vantage.kind === 'host'
        ? { kind: 'host' }
        : {
            kind: 'container',
            name: vantage.container.name,
            hostNetwork: vantage.hostNetwork,
            networks: vantage.networks.map(({ name }) => name),
          },
    problems: around.problems.map(toProblem),
    containers: explanations.map(({ container, routes, tcp, problems, silence }) => {
      const role = roleOf(container);
      const lastChange = changes.get(container.ID);
      return {
        id: container.ID,
        name: container.Name,
        status: container.status,
        health: container.State.Health.Status,
        ...(role ? { role } : {}),
        routes: [...routes.map(ofSite), ...tcp.map(ofTcp)],
        ...(lastChange ? { lastChange } : {}),
        problems: problems.map(toProblem),
        ...silence,
      };
    }),
  };
}

/** The environment of a container that exists cannot be changed. */
function toProblem({ variable, value, reason, elsewhere }: Problem): ProblemReport {
  const remedy = elsewhere
    ? ''
    : `mend ${variable} and create the container anew (docker compose up -d does)`;
  return { variable, value, reason, remedy };
}

function ofSite({ site, route, ...traffic }: ExplainedRoute): RouteReport {
  return toRoute({ host: site.host, path: route.path }, route.upstream.protocol, traffic);
}

function ofTcp({ service, ...traffic }: ExplainedTcp): RouteReport {
  return toRoute({ host: `TCP port ${service.port}`, path: '/' }, 'tcp', traffic);
}

function toRoute(
  where: Pick<RouteReport, 'host' | 'path'>,
  protocol: string,
  traffic: Traffic,
): RouteReport {
  if (traffic.kind === 'absent') return { ...where, served: false, ...traffic.obstacle };
  const { address, port, family, network, note } = traffic.server;
  return {
    ...where,
    served: true,
    protocol,
    address: family === 6 ? `[${address}]:${port}` : `${address}:${port}`,
    network,
    note,
  };
}
