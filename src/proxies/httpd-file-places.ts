import type { HookPlaces } from '../routing/hooks.ts';

/** Where operators put files for httpd: as for nginx, below the official image's folder. */
export const HTTPD_PLACES: HookPlaces = {
  sites: '/usr/local/apache2/conf/vhost.d',
  users: '/usr/local/apache2/conf/htpasswd',
  headers: '/usr/local/apache2/conf/proxy.conf',
  internalClients: '/usr/local/apache2/conf/network_internal.conf',
  fastcgi: '/usr/local/apache2/conf/fastcgi.conf',
  errorPage: '/usr/local/apache2/htdocs/errors/50x.html',
  certificates: '/usr/local/apache2/conf/certs',
  dhparam: '/usr/local/apache2/conf/dhparam/dhparam.pem',
};
