import type { HookPlaces } from '../routing/hooks.ts';

/** Where the operator's files for HAProxy lie: out of the folder that tsgen writes to. */
export const HAPROXY_PLACES: HookPlaces = {
  sites: '/etc/haproxy/vhost.d',
  users: '/etc/haproxy/htpasswd',
  headers: '/etc/haproxy/proxy.cfg',
  internalClients: '/etc/haproxy/network_internal.lst',
  fastcgi: '/etc/haproxy/fastcgi.cfg',
  errorPage: '/etc/haproxy/errors/50x.html',
  certificates: '/etc/haproxy/certs',
  dhparam: '/etc/haproxy/dhparam/dhparam.pem',
};
