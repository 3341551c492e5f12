/*
 * httpd 2.4 waits for the workers from before a graceful restart for as long as they have something
 * open: `GracefulShutdownTimeout` is for the stop alone, `MaxConnectionsPerChild` counts connections,
 * and such a worker takes no notice of TERM (seen with 2.4.69). A WebSocket would keep its worker,
 * and a place in the scoreboard, for days. KILL ends it; httpd goes on, and takes the place back: the
 * locks that its processes share are robust ones, or come back with the process.
 *
 * Which are old is told by when they began: all that run when a graceful restart begins. So that is
 * written down, where httpd has its pid file, in the clock by which Linux tells when a process began
 * (proc(5): `stat`, the 22nd field, in hundredths of a second since the machine's start).
 */
const RELOADS = '/usr/local/apache2/logs/tsgen-reloads';

/** What began before is old once the reload has worked; the shell itself begins now. */
const LOOK_AT_CLOCK = `
read -r boot </proc/sys/kernel/random/boot_id
read -r _ _ _ _ rest </proc/self/stat
set -- $rest
now=\${18}`.trim();

/** A shell script that runs a graceful restart, and notes when it was begun if it worked. */
export function noting(restart: string): string {
  return `
${LOOK_AT_CLOCK}
${restart} || exit
{ echo "$boot $now" >>${RELOADS}; } 2>/dev/null || :`.trim();
}

/**
 * A POSIX shell script that ends the workers that should have ended by a reload so long ago, and
 * prints the pid of each. The last reload that is as old is the one that counts: of those before it
 * nothing has to be known any more.
 */
export function endOldWorkers(seconds: number): string {
  return `
[ -s ${RELOADS} ] || exit 0
${LOOK_AT_CLOCK}
reload=0
while read -r when tick; do
  [ "$when" = "$boot" ] && [ "$((now - tick))" -ge ${seconds * 100} ] && reload=$tick
done <${RELOADS}
[ "$reload" -gt 0 ] || exit 0
for process in /proc/[0-9]*; do
  { read -r pid name _ parent rest <"$process/stat" && read -r above <"/proc/$parent/comm"; } 2>/dev/null || continue
  case $name in "(httpd)" | "(apache2)") ;; *) continue ;; esac
  case $above in httpd | apache2) ;; *) continue ;; esac
  set -- $rest
  [ "\${18}" -ge "$reload" ] || ! kill -KILL "$pid" 2>/dev/null || echo "$pid"
done
sed -n "/^$boot $reload$/,\\$p" ${RELOADS} >${RELOADS}.new && mv ${RELOADS}.new ${RELOADS}`.trim();
}

/** A piece of shell that prints `worker PID` of each that runs what was loaded last. */
export const CURRENT_WORKERS = `
read -r boot </proc/sys/kernel/random/boot_id
reload=0
[ ! -r ${RELOADS} ] || reload=$(sed -n "s/^$boot //p" ${RELOADS} | tail -n 1)
for process in /proc/[0-9]*; do
  { read -r pid name _ parent rest <"$process/stat" && read -r above <"/proc/$parent/comm"; } 2>/dev/null || continue
  case $name in "(httpd)" | "(apache2)") ;; *) continue ;; esac
  case $above in httpd | apache2) ;; *) continue ;; esac
  set -- $rest
  [ "\${18}" -lt "\${reload:-0}" ] || echo "worker $pid"
done`.trim();
