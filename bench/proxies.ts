import { haproxy } from '../src/proxies/haproxy.ts';
import { httpd } from '../src/proxies/httpd.ts';
import { nginx } from '../src/proxies/nginx.ts';
import type { ProxyKind } from '../src/proxies/proxy-kind.ts';

/** A proxy as it is measured. */
export interface BenchProxy {
  /** For people. */
  readonly proxy: 'nginx' | 'HAProxy' | 'httpd';
  readonly kind: ProxyKind;
  readonly image: string;
  /** A file of `compose/` whose service `proxy` says how the proxy is started. */
  readonly stack: string;
}

export const NGINX: BenchProxy = {
  ...{ proxy: 'nginx', kind: nginx, image: 'nginx:1.30', stack: 'compose/nginx.yml' },
};

export const HAPROXY: BenchProxy = {
  ...{ proxy: 'HAProxy', kind: haproxy, image: 'haproxy:3.2', stack: 'compose/haproxy.yml' },
};

export const HTTPD: BenchProxy = {
  ...{ proxy: 'httpd', kind: httpd, image: 'httpd:2.4', stack: 'compose/apache.yml' },
};
