import type { Problem } from './model.ts';
import { proxyProblem } from './problem.ts';

/** A variable of dockercloud-haproxy's that has no counterpart here, and what to do in its place. */
export interface Foreign {
  /** Its name, or with `*` at its end how the names of several begin. */
  readonly name: string;
  /** Also for `docs/from-dockercloud-haproxy.md`. */
  readonly advice: string;
}

const CERTIFICATES =
  'certificates are files in the folder of certificates, NAME.crt and NAME.key, of which each site gets its own';
const FILES = 'the lines themselves go into the variable without _FILE';

/** Of the proxy's own environment. */
export const PROXY_FOREIGN: readonly Foreign[] = [
  {
    name: 'ADDITIONAL_BACKEND_*',
    advice: 'a further configuration of your own goes beside the generated one (docs/proxies.md)',
  },
  { name: 'CA_CERT', advice: 'an authority of clients is the file NAME.ca.crt beside NAME.crt' },
  {
    name: 'CA_CERT_FILE',
    advice: 'an authority of clients is the file NAME.ca.crt beside NAME.crt',
  },
  { name: 'CERT_FOLDER', advice: CERTIFICATES },
  { name: 'DEFAULT_SSL_CERT', advice: CERTIFICATES },
  { name: 'SSL_CERT', advice: CERTIFICATES },
  { name: 'EXTRA_SSL_CERTS', advice: CERTIFICATES },
  {
    name: 'EXTRA_BIND_SETTINGS',
    advice: 'ports are shared by sites; TLS is set by SSL_POLICY and the like',
  },
  { name: 'EXTRA_DEFAULT_SETTINGS_FILE', advice: FILES },
  {
    name: 'EXTRA_FRONTEND_SETTINGS_*',
    advice: 'one front end has all ports: a file in vhost.d/ holds for a site, default for all',
  },
  { name: 'EXTRA_GLOBAL_SETTINGS_FILE', advice: FILES },
  {
    name: 'FORCE_DEFAULT_BACKEND',
    advice: 'DEFAULT_HOST names the site that answers for hosts that nobody asks for',
  },
  { name: 'HAPROXY_GROUP', advice: 'the image has its users' },
  { name: 'HAPROXY_USER', advice: 'the image has its users' },
  { name: 'HTTP_BASIC_AUTH_SECURE', advice: 'HTTP_BASIC_AUTH has users for all sites' },
  { name: 'MODE', advice: 'TCP_PORTS of a container are handed on as they are' },
  { name: 'NBPROC', advice: 'the proxies use all processors by themselves' },
  {
    name: 'RELOAD_TIMEOUT',
    advice: "what is open when the proxy is reloaded gets the proxy's own time",
  },
  { name: 'RSYSLOG_DESTINATION', advice: 'logs go to standard output' },
  {
    name: 'SKIP_FORWARDED_PROTO',
    advice: 'a file of your own can set the headers (docs/proxies.md)',
  },
  { name: 'SSL_BIND_CIPHERS', advice: 'SSL_POLICY chooses versions and ciphers' },
  { name: 'SSL_BIND_OPTIONS', advice: 'SSL_POLICY chooses versions and ciphers' },
];

/** A problem for each that is set. The values may be secrets. */
export function foreignProblems(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly Foreign[],
): readonly Problem[] {
  const names = Object.keys(env).filter((name) => (env[name] ?? '').trim() !== '');
  return known.flatMap(({ name, advice }) =>
    names
      .filter((one) => (name.endsWith('*') ? one.startsWith(name.slice(0, -1)) : one === name))
      .map((one) => proxyProblem(one, '', `it is not taken over: ${advice}`)),
  );
}
