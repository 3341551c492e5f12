type Harms = Readonly<Partial<Record<NodeJS.Signals, string>>>;

const NGINX: Harms = { SIGUSR2: 'start a second nginx, which nobody would stop' };
const HTTPD: Harms = { SIGUSR2: 'end it at once' };

/** Signals that a proxy takes for more than a hint, with what it would do, by its program. */
const HARMS: ReadonlyMap<string, Harms> = new Map([
  ['nginx', NGINX],
  ['nginx-debug', NGINX],
  ['openresty', NGINX],
  ['httpd', HTTPD],
  ['httpd-foreground', HTTPD],
  ['apache2', HTTPD],
  ['haproxy', { SIGUSR1: 'stop it' }],
]);

/**
 * Why a signal that tsgen got is not handed on to a program: what it would do there; `undefined`
 * where it is. So nginx opens its logs anew at USR1, httpd restarts gracefully, and HAProxy reloads
 * at USR2.
 */
export function harmOf(program: string | undefined, signal: NodeJS.Signals): string | undefined {
  return HARMS.get(program ?? '')?.[signal];
}
