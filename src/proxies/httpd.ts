import { NO_PORT } from '../routing/proxy-settings.ts';
import { ASK_OVER_HTTP } from './ask-generation.ts';
import { heldPorts } from './held-ports.ts';
import { HTTPD_PLACES } from './httpd-file-places.ts';
import { HTTPD_LIMITS } from './httpd-limits.ts';
import { httpdMembers } from './httpd-members.ts';
import { endOldWorkers, noting } from './httpd-workers.ts';
import type { ProxyKind } from './proxy-kind.ts';

/**
 * httpd tests a whole configuration, and the destination is one. It leaves the running server alone.
 *
 * It is blind to what only a start shows: a certificate that is none or does not fit its key, a list
 * of ciphers that is none, an address that cannot be bound; and a start that fails ends the server.
 * The certificates were looked at before, the ciphers come from a table. The ports are looked for
 * here.
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

wanted=$(sed -n -e 's/^Listen 0\\.0\\.0\\.0:\\([0-9]*\\)$/4=\\1/p' -e 's/^Listen \\[::\\]:\\([0-9]*\\)$/6=\\1/p' -e 's/^Listen 127\\.0\\.0\\.1:\\([0-9]*\\)$/L=\\1/p' "$candidate" | sort -u)
${heldPorts('httpd | apache2')}
[ -z "$held" ] || { echo "another program listens on port $held already: httpd would end when it is told of it"; exit 1; }
`.trim();

/**
 * HUP would cut open requests off, and a raw signal with a configuration that is wrong by now would
 * end httpd: `-k graceful` looks first. It would also start one that does not run, beside whoever
 * is to start it.
 */
const NOTIFY_COMMAND = `
# reload httpd
[ -e /usr/local/apache2/logs/httpd.pid ] || exit 0
${noting('httpd -f conf/tsgen/httpd.conf -k graceful')}`.trim();

/** As the other proxies end theirs. */
const OLD_WORKERS_S = 30 * 60;

export const httpd: ProxyKind = {
  name: 'httpd',
  template: 'apache.conf.hbs',
  destination: '/usr/local/apache2/conf/tsgen/httpd.conf',
  checkCommand: CHECK_COMMAND,
  processes: ['httpd', 'apache2'],
  places: HTTPD_PLACES,
  limits: HTTPD_LIMITS,
  notifyCommand: NOTIFY_COMMAND,
  askCommand: ASK_OVER_HTTP,
  endOldWorkersCommand: endOldWorkers(OLD_WORKERS_S),
  // With the PROXY protocol each address of a virtual host's wants it spoken.
  membersWith: (secret, { controlPort, proxyProtocol }) =>
    controlPort === NO_PORT || proxyProtocol
      ? undefined
      : httpdMembers({ port: controlPort, secret }),
};
