import { dhParameters } from '../support/pki.ts';
import { certificate, defaultCertificate } from './certificates.ts';
import type { InEachLanguage, ProxySetup } from './scenario.ts';

// Few, because each is a proxy that runs. What they set does not get in the way of what the others
// of the same setup look at.

/** Nothing set, no default certificate; reachable from afar and over IPv6 networks too. */
export const PLAIN: ProxySetup = {
  name: 'plain',
  networks: ['main', 'internal', 'outside', 'second', 'six'],
};

/** Nothing set, and never a site. */
export const EMPTY: ProxySetup = { name: 'empty' };

/** With a default certificate, and a debug endpoint everywhere. */
export const CERTIFIED: ProxySetup = {
  name: 'certified',
  env: {
    ACME_HTTP_CHALLENGE_ACCEPT_UNKNOWN_HOST: 'true',
    DEBUG_ENDPOINT: 'true',
    ENABLE_HTTP3: 'true',
    LOG_JSON: 'true',
  },
  files: {
    ...defaultCertificate(),
    'dhparam/dhparam.pem': () => dhParameters(3072),
    'errors/50x.html': 'fallback of this house',
  },
};

/** Everything that can be told to be strict is. */
export const STRICT: ProxySetup = {
  name: 'strict',
  env: {
    ACME_HTTP_CHALLENGE_LOCATION: 'false',
    DEFAULT_HOST: 'default.strict.test',
    DEFAULT_ROOT: '410',
    DISABLE_ACCESS_LOGS: 'true',
    ENABLE_HTTP2: 'false',
    ENABLE_HTTP_ON_MISSING_CERT: 'false',
    HSTS: 'max-age=60; includeSubDomains',
    NON_GET_REDIRECT: '308',
    SSL_POLICY: 'Mozilla-Modern',
    TRUST_DEFAULT_CERT: 'false',
    TRUST_DOWNSTREAM_PROXY: 'false',
  },
  files: defaultCertificate(),
};

/** Ports of its own, both protocols side by side, whatever else changes names and not traffic. */
export const MOVED: ProxySetup = {
  name: 'moved',
  env: {
    DEFAULT_ROOT: '302 https://elsewhere.test/here',
    HTTPS_METHOD: 'noredirect',
    HTTPS_PORT: '8443',
    HTTP_PORT: '8080',
    LOG_FORMAT: {
      nginx: '[seen] $host "$http_user_agent" $status',
      httpd: '[seen] %{Host}i "%{User-Agent}i" %>s',
      haproxy: '[seen] %[var(txn.host)] %{+Q,+E}[var(txn.agent)] %ST',
    },
    LOG_FORMAT_ESCAPE: { nginx: 'json' },
    RESOLVERS: '127.0.0.11',
    SHA1_UPSTREAM_NAME: 'true',
  },
  files: defaultCertificate(),
};

/** Behind a load balancer that speaks the PROXY protocol, over TLS too. */
export const BEHIND: ProxySetup = {
  name: 'behind',
  env: { ENABLE_PROXY_PROTOCOL: 'true', DEFAULT_ROOT: 'none' },
  files: certificate('tls.behind.test'),
};

/** IPv6 on both sides. */
export const SIX: ProxySetup = {
  name: 'six',
  env: { ENABLE_IPV6: 'true', PREFER_IPV6_NETWORK: 'true' },
  networks: ['main', 'six'],
};

/** On the host's network, on ports that are free there. */
export const ON_HOST: ProxySetup = {
  name: 'on-host',
  env: { HTTP_PORT: '{port:http}', HTTPS_PORT: '{port:https}' },
  networks: 'host',
};

/** tsgen beside nginx, which it finds by a label. */
export const APART: ProxySetup = {
  name: 'apart',
  isApart: true,
  env: { NGINX_CONTAINER_LABEL: 'org.tsgen.test.apart' },
};

/** Every file that an operator can put there for the proxy as a whole, with what it leaves behind. */
export const HOOKED: ProxySetup = {
  name: 'hooked',
  networks: ['main', 'outside'],
  files: {
    'conf.d/extra.conf': {
      nginx: 'server { listen 8090; return 200 "from conf.d"; }\n',
      haproxy: [
        'frontend extra',
        '  mode http',
        '  bind :8090',
        '  http-request return status 200 content-type text/plain string "from conf.d"',
        '',
      ].join('\n'),
      httpd: [
        'Listen 8090',
        '<VirtualHost *:8090>',
        '  RedirectMatch 200 "^/"',
        '  ErrorDocument 200 "from conf.d"',
        '</VirtualHost>',
        '',
      ].join('\n'),
    },
    'fastcgi.conf': {
      nginx: [
        'fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;',
        'fastcgi_param REQUEST_METHOD $request_method;',
        'fastcgi_param REQUEST_URI "/from-fastcgi-conf";',
        '',
      ].join('\n'),
      httpd: 'ProxyFCGISetEnvIf "true" REQUEST_URI "/from-fastcgi-conf"\n',
      haproxy: [
        'set-param SCRIPT_FILENAME /var/www/public%[path]',
        'set-param REQUEST_URI /from-fastcgi-conf',
        '',
      ].join('\n'),
    },
    'network_internal.conf': {
      nginx: 'allow 198.18.0.0/15;\ndeny all;\n',
      httpd: 'Require ip 198.18.0.0/15\n',
      haproxy: '198.18.0.0/15\n',
    },
    'proxy.conf': {
      nginx: [
        'proxy_http_version 1.1;',
        'proxy_set_header Host $http_host;',
        'proxy_set_header X-Replaced "by proxy.conf";',
        '',
      ].join('\n'),
      httpd: 'RequestHeader set X-Replaced "by proxy.conf"\n',
      haproxy: 'http-request set-header X-Replaced "by proxy.conf"\n',
    },
    'toplevel.conf.d/extra.conf': {
      // Two directives, the first of which nginx takes outside of http { } alone.
      nginx: 'thread_pool extra threads=1;\nerror_log /tmp/toplevel.log notice;\n',
    },
    'vhost.d/default': sitePage('site default'),
    'vhost.d/default_location': locationHeader('default'),
  },
};

/** Where the operator makes mistakes, from which nobody else should suffer. */
export const SPOILT: ProxySetup = { name: 'spoilt', env: { TSGEN_STATS_PORT: '1936' } };

/** Clients need certificates everywhere: without one of its own, a site is not even there over HTTP. */
export const CLUB: ProxySetup = {
  name: 'club',
  files: {
    'certs/ca.crt': async ({ pki }) => pki.ca,
    'certs/ca.crl.pem': async ({ pki }) => pki.crl([await pki.leaf({ names: ['banned'] })]),
  },
};

/** A part of a site that shows itself at /site. */
export function sitePage(text: string): InEachLanguage {
  return {
    nginx: `location = /site { return 200 "${text}"; }\n`,
    haproxy: `http-request return status 200 content-type text/plain string "${text}" if { path /site }\n`,
    httpd: [
      'ProxyPassMatch "^/site$" "!"',
      'RedirectMatch 200 "^/site$"',
      `<Location "/site">`,
      `  ErrorDocument 200 "${text}"`,
      '</Location>',
      '',
    ].join('\n'),
  };
}

/** A part of a route that shows itself in a header of every answer. */
export function locationHeader(text: string): InEachLanguage {
  return {
    nginx: `add_header X-Location "${text}" always;\n`,
    httpd: `Header always set X-Location "${text}"\n`,
    haproxy: `http-after-response set-header X-Location "${text}"\n`,
  };
}
