import { HAPROXY_PLACES } from './haproxy-file-places.ts';
import { HAPROXY_LIMITS } from './haproxy-limits.ts';
import type { ProxyKind } from './proxy-kind.ts';

/**
 * HAProxy tests a whole configuration, and finds the files that go with it (maps, lists of
 * certificates) beside that: for a candidate, which lies elsewhere, that place is put in by name.
 */
const CHECK_COMMAND = `
candidate={file}
dest={dest}
fail() { printf '%s\\n' "$*"; exit 126; }

command -v haproxy >/dev/null || fail "there is no haproxy here to check the configuration with"
[ -r "$candidate" ] || fail "the candidate $candidate cannot be read by $(id -un): is its folder mounted, and may that user enter it?"
folder=$(cd -- "\${dest%/*}" 2>/dev/null && pwd -P) || fail "the destination's folder \${dest%/*} is not here"

word=$(printf '%s' "$folder" | sed 's/["\\\\$]/\\\\&/g')
place=$(printf '%s' "$word" | sed 's/[\\\\&|]/\\\\&/g')
output=$(sed "s|^\\( *default-path\\) config\\$|\\1 origin \\"$place\\"|" "$candidate" | haproxy -c -f /dev/stdin 2>&1)
status=$?
[ -z "$output" ] || printf '%s\\n' "$output" | sed -n "s|/dev/stdin|$candidate|g; /^\\[NOTICE\\]/d; /^Warnings were found/d; /Error(s) found in configuration file/d; s/^\\[\\([A-Z]*\\)\\] *([0-9]*) : \\(config : \\)*/\\1: /; p"
exit $status
`.trim();

/**
 * A reload through the master's socket answers whether it worked; the signal does not. The socket
 * is found by the master's own `-S`, and spoken to by whatever there is that can: Debian's images,
 * the official one among them, have perl. For a moment after a reload nobody listens on it.
 */
const NOTIFY_COMMAND = `
# reload HAProxy
master= socket=
for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null || continue
  [ "$name" = haproxy ] || continue
  parent=$(sed -n 's/^PPid:[[:blank:]]*//p' "$process/status" 2>/dev/null)
  above=
  { read -r above <"/proc/$parent/comm"; } 2>/dev/null
  [ "$above" != haproxy ] || continue
  [ -z "$master" ] || { echo "there are several HAProxy masters here: give --notify a command that reloads the one that is meant"; exit 1; }
  master=\${process##*/}
  socket=$(tr '\\0' '\\n' <"$process/cmdline" | sed -n '/^-S$/{n;s/,.*//;p;q;}')
done
[ -n "$master" ] || { echo "no HAProxy runs here, so none can be told"; exit 1; }
if [ -S "$socket" ]; then
  if command -v perl >/dev/null; then
    answer=$(perl -MIO::Socket::UNIX -e 'for (1..30) { last if $s = IO::Socket::UNIX->new(Peer => $ARGV[0]); select undef, undef, undef, 0.1 } $s or die "$ARGV[0]: $!\\n"; print $s "reload\\n"; $s->flush; shutdown($s, 1); print while <$s>' "$socket" 2>&1)
  elif command -v socat >/dev/null; then
    answer=$(echo reload | socat -t60 - "UNIX-CONNECT:$socket" 2>&1)
  else
    answer=
  fi
  case $answer in
    *Success=1*) exit 0 ;;
    ?*) printf '%s\\n' "$answer"; exit 1 ;;
  esac
fi
kill -USR2 "$master"
`.trim();

export const haproxy: ProxyKind = {
  name: 'HAProxy',
  template: 'haproxy.cfg.hbs',
  destination: '/usr/local/etc/haproxy/haproxy.cfg',
  checkCommand: CHECK_COMMAND,
  processes: ['haproxy'],
  places: HAPROXY_PLACES,
  limits: HAPROXY_LIMITS,
  notifyCommand: NOTIFY_COMMAND,
};
