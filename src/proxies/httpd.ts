import type { ProxyLimits } from '../routing/limits.ts';
import { HTTPD_PLACES } from './httpd-file-places.ts';
import type { ProxyKind } from './proxy-kind.ts';

/** Sets `pid` to that of the httpd that runs, or to nothing. A file that a killed one left tells of none. */
const FIND_RUNNING = `
pid=$(cat /usr/local/apache2/logs/httpd.pid 2>/dev/null)
case $(cat "/proc/$pid/comm" 2>/dev/null) in httpd | apache2) ;; *) pid= ;; esac
`.trim();

/**
 * httpd tests a whole configuration, and the destination is one. It leaves the running server alone.
 *
 * It is blind to what only a start shows: a certificate that is none or does not fit its key, a list
 * of ciphers that is none, an address that cannot be bound; and a start that fails ends the server.
 * The certificates were looked at before, the ciphers come from a table. The ports are looked for
 * here: another program must not listen on one already (`0A` is the state, the port is in
 * hexadecimal).
 */
const CHECK_COMMAND = `
candidate={file}
fail() { printf '%s\\n' "$*"; exit 126; }

command -v httpd >/dev/null || fail "there is no httpd here to check the configuration with"
[ -r "$candidate" ] || fail "the candidate $candidate cannot be read by $(id -un): is its folder mounted, and may that user enter it?"
output=$(httpd -t -f "$candidate" 2>&1)
status=$?
dest={dest}
[ -z "$output" ] || printf '%s\\n' "$output" | sed "/^Syntax OK$/d; s|$candidate|$dest|g"
[ "$status" -eq 0 ] || exit 1

${FIND_RUNNING}
own=" $(ls -l "/proc/$pid/fd" 2>/dev/null | sed -n 's/.*socket:\\[\\([0-9]*\\)\\]$/\\1/p' | tr '\\n' ' ')"
taken=
for port in $(sed -n 's/^Listen .*:\\([0-9]*\\)$/\\1/p' "$candidate" | sort -un); do
  hex=$(printf '%04X' "$port")
  for table in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$table" ] || continue
    while read -r _ local _ state _ _ _ _ _ inode _; do
      case "$local $state" in *":$hex 0A") ;; *) continue ;; esac
      case $own in *" $inode "*) continue ;; esac
      case " $taken " in *" $port "*) ;; *) taken="$taken $port" ;; esac
    done <"$table"
  done
done
[ -z "$taken" ] || { echo "another program listens on port$taken already: httpd would end when it is told of it"; exit 1; }
`.trim();

/**
 * HUP would cut open requests off, and a raw signal with a configuration that is wrong by now would
 * end httpd: `-k graceful` looks first. It would also start one that does not run, beside whoever
 * is to start it, so that is left out.
 */
const NOTIFY_COMMAND = `
${FIND_RUNNING}
[ -n "$pid" ] || { echo "httpd does not run yet: it starts with the new configuration"; exit 0; }
conf=$(tr '\\0' '\\n' <"/proc/$pid/cmdline" | sed -n '/^-f$/{n;p;}' | tail -n 1)
exec httpd \${conf:+-f "$conf"} -k graceful
`.trim();

const HTTP3 = 'httpd does not speak HTTP/3: clients get HTTP/2 and HTTP/1.1';

const LIMITS: ProxyLimits = {
  container: {
    http3: (wanted) => (wanted ? HTTP3 : undefined),
    balance: ({ method }) =>
      method === 'source' || method === 'hash' || method === 'random'
        ? `httpd cannot choose a server by ${BY[method]}: requests go round`
        : undefined,
    serverTokens: (wanted) =>
      wanted === 'off'
        ? undefined
        : 'httpd tells its version for all sites or for none, and this one is set up for none',
  },
  proxy: {
    http3: (wanted) => (wanted ? HTTP3 : undefined),
  },
  site({ kind, https }) {
    if (kind !== 'regex' || https.kind !== 'serve') return undefined;
    if (https.clients) {
      return 'httpd knows no regular expressions as names, so it cannot ask the clients of this host for certificates: it is not served over HTTPS';
    }
    return 'httpd knows no regular expressions as names, so over HTTPS it shows this host the default certificate';
  },
};

const BY = { source: "the client's address", hash: 'a hash', random: 'chance' } as const;

export const httpd: ProxyKind = {
  name: 'httpd',
  template: 'apache.conf.hbs',
  destination: '/usr/local/apache2/conf/tsgen/httpd.conf',
  checkCommand: CHECK_COMMAND,
  places: HTTPD_PLACES,
  limits: LIMITS,
  notifyCommand: NOTIFY_COMMAND,
};
