import { driverOf } from './driver.ts';

const CONFIG = '/usr/local/etc/haproxy/haproxy.cfg';

/** What this proxy calls the files that nginx-proxy has under other names. */
const NAMES: Readonly<Record<string, string>> = {
  'proxy.conf': 'proxy.cfg',
  'network_internal.conf': 'network_internal.lst',
  'fastcgi.conf': 'fastcgi.cfg',
  'conf.d/extra.conf': 'conf.d/extra.cfg',
};

export const haproxyDriver = driverOf({
  kind: 'haproxy',
  template: 'haproxy.cfg.hbs',
  together: ({ proxies }) => proxies.haproxy,
  alone: ({ haproxy }) => haproxy,
  // It does not start without a configuration, and tsgen writes the first one.
  command: [
    'sh',
    '-c',
    `until [ -e ${CONFIG} ]; do sleep 0.1; done; exec haproxy -W -db -S /var/lib/haproxy/master.sock -f ${CONFIG}`,
  ],
  destination: CONFIG,
  folders: {
    certs: '/etc/haproxy/certs',
    htpasswd: '/etc/haproxy/htpasswd',
    'vhost.d': '/etc/haproxy/vhost.d',
    acme: '/etc/haproxy/acme-challenge',
  },
  placeOf: (file) => `/etc/haproxy/${NAMES[file] ?? file}`,
});
