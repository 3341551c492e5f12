import { haproxy } from './haproxy.ts';
import { httpd } from './httpd.ts';
import { nginx } from './nginx.ts';
import type { ProxyKind } from './proxy-kind.ts';

/** The proxies that a bundled template implies, by the template's file name. */
export const PROXY_BY_TEMPLATE: ReadonlyMap<string, ProxyKind> = new Map(
  [haproxy, httpd, nginx].map((kind) => [kind.template, kind]),
);
