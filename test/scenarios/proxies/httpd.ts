import { driverOf } from './driver.ts';

const CONF = '/usr/local/apache2/conf';
const HTDOCS = '/usr/local/apache2/htdocs';

export const httpdDriver = driverOf({
  kind: 'httpd',
  template: 'apache.conf.hbs',
  together: ({ proxies }) => proxies.httpd,
  alone: ({ httpd }) => httpd,
  // It does not start without a configuration.
  command: [
    'sh',
    '-c',
    'until [ -s conf/tsgen/httpd.conf ]; do sleep 0.2; done; exec httpd-foreground -f conf/tsgen/httpd.conf',
  ],
  destination: `${CONF}/tsgen/httpd.conf`,
  folders: {
    certs: `${CONF}/certs`,
    htpasswd: `${CONF}/htpasswd`,
    'vhost.d': `${CONF}/vhost.d`,
    acme: `${HTDOCS}/.well-known/acme-challenge`,
  },
  placeOf: (file) => (file.startsWith('errors/') ? `${HTDOCS}/${file}` : `${CONF}/${file}`),
});
