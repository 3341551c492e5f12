import { createHash } from 'node:crypto';
import type { Protocol, Server, Upstream } from '../routing/model.ts';

/** What of an upstream says how httpd reaches its servers. */
export type WorkerTraits = Pick<
  Upstream,
  'protocol' | 'reuse' | 'healthCheck' | 'connectTimeout' | 'serverTimeout'
>;

const SCHEMES: Readonly<Record<Protocol, string>> = {
  http: 'http',
  https: 'https',
  fastcgi: 'fcgi',
  uwsgi: 'uwsgi',
  grpc: 'h2c',
  grpcs: 'h2',
};

/** Of a member that is added while httpd runs nothing can be said but this, its weight and its route. */
const TOLD_SCHEMES: Partial<Readonly<Record<Protocol, string>>> = { http: 'ws', https: 'wss' };

/** Where httpd leaves the port out of a worker's name: `pschemes` in its proxy_util.c. */
export const USUAL_PORTS: Readonly<Record<string, number>> = {
  ...{ http: 80, ws: 80, h2c: 80, https: 443, wss: 443, h2: 443, fcgi: 8000 },
};

/**
 * Why httpd cannot be told of an upstream's members while it runs; `undefined` where it can. A member
 * that is added then has none of the words that stand on the lines of the others.
 */
export function whyNotTold(traits: WorkerTraits): string | undefined {
  const { protocol, reuse, healthCheck, connectTimeout, serverTimeout } = traits;
  if (TOLD_SCHEMES[protocol] === undefined) return 'its servers do not speak HTTP/1.1';
  if (reuse === 'all') return 'connections to its servers are kept open';
  if (healthCheck) return 'its servers are checked by httpd';
  if (connectTimeout !== undefined || serverTimeout !== undefined) {
    return 'its servers have times of their own';
  }
  return undefined;
}

/**
 * A server as a worker of a balancer's. A worker of `ws:` takes plain requests too, and upgrades
 * without a word on its line: what is added at run time has no line.
 *
 * @param isTold its members come and go while httpd runs.
 */
export function httpdWorker(
  { address, port, family }: Pick<Server, 'address' | 'port' | 'family'>,
  { protocol }: Pick<WorkerTraits, 'protocol'>,
  isTold: boolean,
): string {
  const scheme = (isTold ? TOLD_SCHEMES[protocol] : undefined) ?? SCHEMES[protocol];
  return `${scheme}://${family === 6 ? `[${address}]` : address}:${port}`;
}

/** A worker's name as httpd tells it. */
export function httpdWorkerName(worker: string): string {
  const [, name = worker, scheme = '', port] = /^((\w+):.*):(\d+)$/.exec(worker) ?? [];
  return USUAL_PORTS[scheme] === Number(port) ? name : worker;
}

/** A worker's route: what its name has of a container. */
export function httpdRoute(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

/** httpd knows weights up to 100. */
export function httpdWeight(weight = 1): number {
  return Math.min(100, weight);
}
