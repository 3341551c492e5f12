import type { HookPlaces } from '../routing/hooks.ts';

/** Where nginx-proxy's users put files for nginx. */
export const NGINX_PLACES: HookPlaces = {
  sites: '/etc/nginx/vhost.d',
  users: '/etc/nginx/htpasswd',
  headers: '/etc/nginx/proxy.conf',
  internalClients: '/etc/nginx/network_internal.conf',
  fastcgi: '/etc/nginx/fastcgi.conf',
  errorPage: '/usr/share/nginx/html/errors/50x.html',
  certificates: '/etc/nginx/certs',
  dhparam: '/etc/nginx/dhparam/dhparam.pem',
};
