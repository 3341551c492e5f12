import { HAPROXY_PLACES } from './haproxy-file-places.ts';
import { HAPROXY_LIMITS } from './haproxy-limits.ts';
import { askGeneration, FIND_MASTER } from './haproxy-master.ts';
import { HAPROXY_MEMBERS } from './haproxy-members.ts';
import { heldPorts } from './held-ports.ts';
import type { ProxyKind } from './proxy-kind.ts';

/**
 * HAProxy tests a whole configuration, and finds the files that go with it (maps, lists of
 * certificates) beside that: for a candidate, which lies elsewhere, that place is put in by name. The
 * operator's own configuration, a further `-f` in the image, is tested with it.
 *
 * It binds no port when it tests: that another program has one shows at the reload. So the ports are
 * looked for here.
 */
const CHECK_COMMAND = `
candidate={file}
dest={dest}
fail() { printf '%s\\n' "$*"; exit 126; }

command -v haproxy >/dev/null || fail "there is no haproxy here to check the configuration with"
[ -r "$candidate" ] || fail "the candidate $candidate cannot be read by $(id -un): is its folder mounted, and may that user enter it?"
folder=$(cd -- "\${dest%/*}" 2>/dev/null && pwd -P) || fail "the destination's folder \${dest%/*} is not here"

own=
[ ! -d /etc/haproxy/conf.d ] || own='-f /etc/haproxy/conf.d'
word=$(printf '%s' "$folder" | sed 's/["\\\\$]/\\\\&/g')
place=$(printf '%s' "$word" | sed 's/[\\\\&|]/\\\\&/g')
output=$(sed "s|^\\( *default-path\\) config\\$|\\1 origin \\"$place\\"|" "$candidate" | haproxy -c -f /dev/stdin $own 2>&1)
status=$?
[ -z "$output" ] || printf '%s\\n' "$output" | sed -n "s|/dev/stdin|$candidate|g; /^\\[NOTICE\\]/d; /^Warnings were found/d; /Error(s) found in configuration file/d; s/^\\[\\([A-Z]*\\)\\] *([0-9]*) : \\(config : \\)*/\\1: /; p"
[ "$status" -eq 0 ] || exit "$status"

wanted=$(sed -n -e 's/^ *bind 0\\.0\\.0\\.0:\\([0-9]*\\)\\( .*\\)*$/4=\\1/p' -e 's/^ *bind \\[::\\]:\\([0-9]*\\)\\( .*\\)*$/6=\\1/p' "$candidate" | sort -u)
${heldPorts('haproxy', 'each')}
[ -z "$held" ] || { echo "another program listens on port $held already: HAProxy would go on with the old configuration"; exit 1; }
`.trim();

/**
 * A reload through the master's socket answers whether it worked; the signal does not. While the
 * master starts, or somebody else has it reload, it takes no other one.
 */
const NOTIFY_COMMAND = `
# reload HAProxy
# One that is about to start is waited for.
tries=0
until grep -qx haproxy /proc/[0-9]*/comm 2>/dev/null || [ "$tries" -ge 30 ]; do
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
${FIND_MASTER}
tries=0
while [ -S "$socket" ]; do
  answer=$(speak reload)
  case $answer in
    *Success=1*) exit 0 ;;
    *'still in progress'*) [ "$tries" -lt 50 ] || { printf '%s\\n' "$answer"; exit 1; } ;;
    ?*) printf '%s\\n' "$answer"; exit 1 ;;
    *) break ;;
  esac
  tries=$((tries + 1))
  sleep 0.2 2>/dev/null || sleep 1
done
kill -USR2 "$master"
`.trim();

const ASK_COMMAND = `
${FIND_MASTER}
${askGeneration()}
printf '%s\\n' "$generation"
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
  askCommand: ASK_COMMAND,
  members: HAPROXY_MEMBERS,
};
