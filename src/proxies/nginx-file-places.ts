import type { FilePlaces } from '../routing/proxy-files.ts';

/** Where nginx-proxy's users put files for nginx, which its documentation names. */
export const NGINX_FILE_PLACES: FilePlaces = {
  hookFolders: ['/etc/nginx/vhost.d', '/etc/nginx/htpasswd'],
  hookFiles: [
    '/etc/nginx/proxy.conf',
    '/etc/nginx/network_internal.conf',
    '/usr/share/nginx/html/errors/50x.html',
    '/etc/nginx/fastcgi.conf',
    '/etc/nginx/fastcgi_params',
  ],
  certificates: '/etc/nginx/certs',
  dhparam: '/etc/nginx/dhparam/dhparam.pem',
};
