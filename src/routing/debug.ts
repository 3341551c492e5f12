import { escapedBytes } from './escaped-bytes.ts';
import type { Site } from './model.ts';
import { pathText } from './paths.ts';

/** What a proxy can hold in one word of its configuration, with quotes and backslashes escaped. */
const LONGEST = 3500;

/**
 * What is known of a site, for the debug endpoint: JSON in ASCII, without a `$`, which proxies
 * expand. When it would be too long, the containers and then the paths are left out.
 */
export function debugText(
  { host, http, https, routes }: Pick<Site, 'host' | 'http' | 'https' | 'routes'>,
  limit = LONGEST,
): string {
  const entry = {
    hostname: host,
    http: http.kind,
    http_port: http.kind === 'off' ? undefined : http.port,
    https: https.kind,
    https_port: https.kind === 'off' ? undefined : https.port,
    certificate: https.kind === 'serve' ? https.certificate.name : undefined,
    http2: https.kind === 'serve' ? https.http2 : undefined,
    http3: https.kind === 'serve' ? https.http3 : undefined,
    hsts: https.kind === 'serve' ? https.hsts : undefined,
  };
  const paths = routes.map((route) => {
    const { protocol, servers, absent, name, keepalive } = route.upstream;
    return {
      path: pathText(route),
      dest: route.dest,
      network_access: route.access,
      proto: protocol,
      upstream: name,
      keepalive,
      ports: [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b),
      servers: servers.map(({ container }) => container.name),
      absent: absent.map(({ container, reason }) => ({ name: container.name, reason })),
    };
  });
  const brief = paths.map(({ path, ports, servers }) => ({ path, ports, servers: servers.length }));
  const texts = [
    { ...entry, paths },
    { ...entry, paths: brief, warning: 'containers left out: too long' },
    { ...entry, paths: [], warning: 'paths left out: too long' },
  ].map(plainJson);
  return texts.find((text) => escapedBytes(text) <= limit) ?? '{}';
}

/** JSON with everything but printable ASCII, and `$`, as escapes. */
function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x23\x25-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
