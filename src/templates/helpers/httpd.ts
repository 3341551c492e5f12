import type { Server } from '../../routing/model.ts';
import { httpdWorker, type WorkerTraits, whyNotTold } from '../httpd-worker.ts';
import { list, map, truth } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';

const UPSTREAM = { protocol: 'http', reuse: 'none' };

interface RouteTraits {
  readonly upstream: WorkerTraits;
  readonly override?: unknown;
}

function isTold(route: unknown): boolean {
  const { upstream, override } = (route ?? {}) as Partial<RouteTraits>;
  if (typeof upstream !== 'object') throw new HelperError('takes routes of the routing model');
  return override === undefined && whyNotTold(upstream) === undefined;
}

/** How httpd reaches the servers of an upstream. */
export const httpdHelpers: readonly InlineHelper[] = [
  inline({
    name: 'apacheTold',
    args: [map('upstream', 'one of the routing model')],
    description:
      'Whether httpd can be told of members of the upstream while it runs: of one that is added ' +
      'then nothing can be said but its address, its weight and its route.',
    example: {
      template: '{{apacheTold upstream}}',
      context: { upstream: UPSTREAM },
      result: 'true',
    },
    fn: (upstream) => whyNotTold(upstream as unknown as WorkerTraits) === undefined,
  }),
  inline({
    name: 'apacheAllTold',
    args: [list('routes', 'a site’s')],
    description:
      'Whether all upstreams of a site are such as `apacheTold` says, and no part of it is an ' +
      'operator’s own.',
    example: {
      template: '{{apacheAllTold routes}}',
      context: { routes: [{ upstream: UPSTREAM }, { upstream: { ...UPSTREAM, reuse: 'all' } }] },
      result: 'false',
    },
    fn: (routes) => routes.every(isTold),
  }),
  inline({
    name: 'apacheWorker',
    args: [
      map('server', 'one of an upstream’s'),
      map('upstream', 'the upstream'),
      truth('isTold', 'whether httpd is told of its members while it runs'),
    ],
    description: 'The URL of a server as `BalancerMember` has it.',
    example: {
      template: 'BalancerMember {{apacheWorker server upstream false}}',
      context: { server: { address: '192.0.2.7', port: 8080, family: 4 }, upstream: UPSTREAM },
      result: 'BalancerMember http://192.0.2.7:8080',
    },
    fn: (server, upstream, isTold) => {
      const { address, port } = server as unknown as Partial<Server>;
      if (typeof address !== 'string' || typeof port !== 'number') {
        throw new HelperError('takes a server of the routing model');
      }
      return httpdWorker(
        server as unknown as Server,
        upstream as unknown as WorkerTraits,
        isTold === true,
      );
    },
  }),
];
