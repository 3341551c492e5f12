/** How a proxy is asked to finish open requests and end, by the name of its program. */
const GRACEFUL_STOP: ReadonlyMap<string, NodeJS.Signals> = new Map([
  ['nginx', 'SIGQUIT'],
  ['nginx-debug', 'SIGQUIT'],
  ['openresty', 'SIGQUIT'],
  ['httpd', 'SIGWINCH'],
  ['httpd-foreground', 'SIGWINCH'],
  ['apache2', 'SIGWINCH'],
  ['haproxy', 'SIGUSR1'],
]);

/** The signal that stops a program gracefully; TERM where nothing better is known of it. */
export function gracefulStopSignal(program: string | undefined): NodeJS.Signals {
  return GRACEFUL_STOP.get(program ?? '') ?? 'SIGTERM';
}

/**
 * The signal for processes whose main process has died. nginx's workers live on and keep the port
 * until they are told; theirs is the same as the main process's. Others would ignore it.
 */
export function orphanStopSignal(program: string | undefined): NodeJS.Signals {
  const signal = gracefulStopSignal(program);
  return signal === 'SIGQUIT' ? signal : 'SIGTERM';
}
