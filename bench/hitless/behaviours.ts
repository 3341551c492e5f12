import { basename, dirname, resolve } from 'node:path';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { httpd } from '../../src/proxies/httpd.ts';
import { nginx } from '../../src/proxies/nginx.ts';
import type { ProxyKind } from '../../src/proxies/proxy-kind.ts';
import type { ProxyName } from './access-log.ts';

/** A proxy and who keeps its configuration. */
export interface Behaviour {
  readonly proxy: ProxyName;
  /** For people. */
  readonly name: string;
  readonly kind: ProxyKind;
  readonly image: string;
  /** A file of `compose/` whose service `proxy` says how the proxy is started. */
  readonly stack: string;
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

const NGINX = {
  proxy: 'nginx',
  kind: nginx,
  image: 'nginx:1.30',
  stack: 'compose/nginx.yml',
} as const;

export const TSGEN_ON_NGINX: Behaviour = {
  ...NGINX,
  name: 'tsgen',
  generator: asItIs(nginx),
  isClaimed: true,
};

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
    {
      ...{ proxy: 'HAProxy', name: 'tsgen', kind: haproxy, image: 'haproxy:3.2' },
      ...{ stack: 'compose/haproxy.yml', generator: asItIs(haproxy), isClaimed: true },
    },
    {
      ...{ proxy: 'httpd', name: 'tsgen', kind: httpd, image: 'httpd:2.4' },
      ...{ stack: 'compose/apache.yml', generator: asItIs(httpd), isClaimed: true },
    },
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
