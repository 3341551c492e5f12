import { messageOf } from '../base/errors.ts';
import type { Inventory } from '../inventory/sync.ts';
import type { ProxyChild } from '../proxies/child.ts';
import type { Problem, Upstream } from '../routing/model.ts';
import type { ProblemReport, StatusReport, UpstreamReport } from '../status/report.ts';
import type { Job } from './job.ts';
import { describeOutcome, type Outcome } from './outcome.ts';
import type { World } from './world.ts';

/** Whom a report asks. */
export interface ReportSources {
  readonly job: Pick<Job, 'model' | 'heldBack' | 'setAside'> & Partial<Pick<Job, 'held'>>;
  readonly inventory: Pick<Inventory, 'state'>;
  readonly world: World;
  /** The proxy that runs as a child process. */
  readonly child?: Pick<ProxyChild, 'state'>;
  readonly about: WatchAbout;
}

/** Facts of a watch that do not change. */
export interface WatchAbout
  extends Pick<
    StatusReport,
    'version' | 'pid' | 'template' | 'templateFile' | 'destination' | 'vocabulary'
  > {
  readonly endpoint: string;
  readonly proxySelector?: string;
}

/** What a watch knows of itself; times in milliseconds since 1970. */
export interface WatchFacts {
  readonly startedAt: number;
  /** Something was live once. */
  readonly live: boolean;
  readonly confirmation: StatusReport['confirmation'] | undefined;
  /** Since when what is live is not what it should be. */
  readonly behindSince: number | undefined;
  readonly lastRun: { readonly at: number; readonly outcome: Outcome } | undefined;
}

/** What a watch says of itself to its clients. */
export function watchReport(sources: ReportSources, facts: WatchFacts): StatusReport {
  const { job, inventory, world, about, child } = sources;
  const { startedAt, live, confirmation, behindSince, lastRun } = facts;
  const { connected, lastError, disconnectedSince } = inventory.state;
  const proxy = world.proxy?.kind === 'selected' ? world.proxy.container.Name : undefined;
  return {
    version: about.version,
    pid: about.pid,
    startedAt: iso(startedAt),
    template: about.template,
    templateFile: about.templateFile,
    destination: about.destination,
    ...(about.proxySelector
      ? { proxy: { selector: about.proxySelector, ...(proxy ? { container: proxy } : {}) } }
      : {}),
    ...(child ? { child: child.state } : {}),
    engine: {
      endpoint: about.endpoint,
      connected,
      ...(lastError === undefined ? {} : { lastError: messageOf(lastError) }),
      ...(disconnectedSince === undefined ? {} : { disconnectedSince: iso(disconnectedSince) }),
    },
    live,
    ...(job.held ? { held: job.held } : {}),
    ...(confirmation ? { confirmation } : {}),
    ...(behindSince === undefined ? {} : { behindSince: iso(behindSince) }),
    ...(lastRun
      ? {
          lastRun: {
            at: iso(lastRun.at),
            kind: lastRun.outcome.kind,
            message: describeOutcome(lastRun.outcome),
          },
        }
      : {}),
    containers: world.snapshot?.containers.length ?? 0,
    sites: job.model.sites.flatMap(({ host, routes }) =>
      routes.map(({ path, upstream }) => ({
        host,
        path,
        ...upstreamReport(upstream),
      })),
    ),
    vocabulary: about.vocabulary,
    tcp: job.model.tcp.map(({ port, upstream }) => ({ port, ...upstreamReport(upstream) })),
    problems: job.model.problems.map(reportOf),
    ...(job.heldBack.length === 0
      ? {}
      : {
          heldBack: job.heldBack.flatMap(({ ID, Name, heldBack }) =>
            heldBack ? [{ id: ID, container: Name, why: heldBack }] : [],
          ),
        }),
    ...(job.setAside.length === 0
      ? {}
      : {
          setAside: job.setAside.map((problem) => ({
            id: problem.container.id,
            ...reportOf(problem),
          })),
        }),
  };
}

function reportOf({ container, variable, value, reason }: Problem): ProblemReport {
  return { container: container.name, variable, value, reason };
}

function upstreamReport({ servers, absent }: Pick<Upstream, 'servers' | 'absent'>): UpstreamReport {
  return {
    servers: servers.map(({ container, address, port, family }) => ({
      container: container.name,
      address: family === 6 ? `[${address}]:${port}` : `${address}:${port}`,
    })),
    absent: absent.map(({ container, reason }) => ({ container: container.name, reason })),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
