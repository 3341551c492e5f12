import { basename, dirname, resolve } from 'node:path';
import { nginx } from '../../src/proxies/nginx.ts';
import type { ProxyKind } from '../../src/proxies/proxy-kind.ts';
import { type BenchProxy, HAPROXY, HTTPD, NGINX } from '../proxies.ts';

/** A proxy and who keeps its configuration. */
export interface Behaviour extends BenchProxy {
  /** For people. */
  readonly name: string;
  readonly generator: Generator;
  /** Whether the claim is made of it: no failed request that the proxy could have avoided. */
  readonly isClaimed: boolean;
}

export type Generator =
  /** The image `tsgen`, with these arguments after those that name proxy and containers. */
  | { readonly kind: 'tsgen'; readonly args: readonly string[]; readonly files: readonly string[] }
  /** A program for this machine, mounted into an image of Debian's, and its template. */
  | { readonly kind: 'docker-gen'; readonly program: string; readonly template: string };

const asItIs = ({ template }: ProxyKind): Generator => ({
  kind: 'tsgen',
  args: ['--template', template],
  files: [],
});

const tsgenOn = (proxy: BenchProxy): Behaviour => ({
  ...proxy,
  name: 'tsgen',
  generator: asItIs(proxy.kind),
  isClaimed: true,
});

export const TSGEN_ON_NGINX: Behaviour = tsgenOn(NGINX);

const LIKE = resolve('bench/hitless/docker-gen-like.hbs');

/**
 * tsgen for the three proxies, then tsgen made to do as docker-gen does (no check, no health, no
 * signals), then docker-gen itself where `DOCKER_GEN` names it.
 *
 * @throws Error when `DOCKER_GEN_TEMPLATE` is not set beside it.
 */
export function behaviours(env: NodeJS.ProcessEnv): readonly Behaviour[] {
  const { DOCKER_GEN: program, DOCKER_GEN_TEMPLATE: template } = env;
  if (program && !template) {
    throw new Error(
      "DOCKER_GEN names a docker-gen without its template: set DOCKER_GEN_TEMPLATE to nginx-proxy's nginx.tmpl too",
    );
  }
  const own: readonly Behaviour[] = [
    TSGEN_ON_NGINX,
    tsgenOn(HAPROXY),
    tsgenOn(HTTPD),
    {
      ...NGINX,
      name: 'as docker-gen',
      generator: {
        kind: 'tsgen',
        args: [
          ...['--watch', '--template', `/bench/${basename(LIKE)}`, '--dest', nginx.destination],
          ...['--notify', 'nginx -s reload'],
        ],
        files: [LIKE],
      },
      isClaimed: false,
    },
  ];
  if (!program || !template) return own;
  const generator: Generator = {
    kind: 'docker-gen',
    program: resolve(program),
    template: resolve(template),
  };
  return [...own, { ...NGINX, name: 'docker-gen', generator, isClaimed: false }];
}

/** The folder that the proxy and who writes its configuration share. */
export function folderOf({ kind }: Behaviour): string {
  return dirname(kind.destination);
}
