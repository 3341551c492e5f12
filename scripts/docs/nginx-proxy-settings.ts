/** The names that nginx-proxy documents, by hand: what it takes from containers. */
export const containerVariables = [
  ...['VIRTUAL_HOST', 'VIRTUAL_HOST_MULTIPORTS', 'VIRTUAL_PORT', 'VIRTUAL_PROTO', 'VIRTUAL_PATH'],
  ...['VIRTUAL_DEST', 'VIRTUAL_ROOT', 'NETWORK_ACCESS', 'CERT_NAME', 'HTTPS_METHOD'],
  ...['ENABLE_HTTP_ON_MISSING_CERT', 'HSTS', 'SSL_POLICY', 'SERVER_TOKENS'],
  ...['EXTERNAL_HTTP_PORT', 'EXTERNAL_HTTPS_PORT', 'ACME_HTTP_CHALLENGE_LOCATION'],
];

/** Its labels, after its prefix, but for `nginx`, which marks the proxy. */
export const containerLabels = [
  ...['loadbalance', 'keepalive', 'http2.enable', 'http3.enable', 'non-get-redirect'],
  ...['ssl_verify_client', 'trust-default-cert', 'debug-endpoint'],
];

/** What it takes from its own environment. */
export const proxyVariables = [
  ...['DEFAULT_HOST', 'DEFAULT_ROOT', 'HTTP_PORT', 'HTTPS_PORT', 'HTTPS_METHOD', 'HSTS'],
  ...['NON_GET_REDIRECT', 'SSL_POLICY', 'TRUST_DEFAULT_CERT', 'ENABLE_HTTP_ON_MISSING_CERT'],
  ...['TRUST_DOWNSTREAM_PROXY', 'ENABLE_PROXY_PROTOCOL', 'ENABLE_HTTP2', 'ENABLE_HTTP3'],
  ...['ENABLE_IPV6', 'PREFER_IPV6_NETWORK', 'RESOLVERS', 'SHA1_UPSTREAM_NAME', 'LOG_FORMAT'],
  ...['LOG_FORMAT_ESCAPE', 'LOG_JSON', 'DISABLE_ACCESS_LOGS', 'DEBUG_ENDPOINT'],
  ...['ACME_HTTP_CHALLENGE_LOCATION', 'ACME_HTTP_CHALLENGE_ACCEPT_UNKNOWN_HOST'],
];

/** Of these, those that set up its image or its engine rather than the routing. */
export const imageVariables = [
  ...['DHPARAM_BITS', 'DHPARAM_SKIP', 'DHPARAM_GENERATION', 'NGINX_CONTAINER_LABEL', 'NO_COLOR'],
  ...['NGINX_PROXY_VERSION', 'DOCKER_GEN_VERSION', 'DOCKER_HOST', 'DOCKER_TLS_VERIFY'],
  ...['DOCKER_CERT_PATH', 'DOCKER_CONTAINER_FILTERS'],
];

/** The files that it looks for; `HOST` and `PATH` as in its documentation. */
export const files = [
  ...['vhost.d/HOST', 'vhost.d/default', 'vhost.d/HOST_PATH_location', 'vhost.d/HOST_location'],
  ...['vhost.d/default_location', 'vhost.d/HOST_PATH_location_override'],
  ...['vhost.d/HOST_location_override', 'htpasswd/HOST_PATH', 'htpasswd/HOST', 'proxy.conf'],
  ...['network_internal.conf', 'fastcgi.conf', 'errors/50x.html', 'dhparam/dhparam.pem'],
  ...['NAME.crt', 'NAME.key', 'NAME.dhparam.pem', 'NAME.chain.pem', 'HOST.ca.crt', 'HOST.crl.pem'],
  ...['ca.crt', 'ca.crl.pem'],
];
