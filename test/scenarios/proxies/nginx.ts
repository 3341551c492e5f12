import { driverOf } from './driver.ts';

export const nginxDriver = driverOf({
  kind: 'nginx',
  template: 'nginx.conf.hbs',
  together: ({ proxies }) => proxies.nginx,
  alone: ({ nginx }) => nginx,
  destination: '/etc/nginx/conf.d/default.conf',
  folders: {
    certs: '/etc/nginx/certs',
    htpasswd: '/etc/nginx/htpasswd',
    'vhost.d': '/etc/nginx/vhost.d',
    acme: '/usr/share/nginx/html/.well-known/acme-challenge',
  },
  placeOf: (file) =>
    file.startsWith('errors/') ? `/usr/share/nginx/html/${file}` : `/etc/nginx/${file}`,
});
