import { createHash } from 'node:crypto';
import { shellQuote } from '../base/shell-quote.ts';

/**
 * Where the bundled template has httpd listen for what it is told of members. An address of its own:
 * what comes to it can be told from a client's request by nothing that a client says.
 */
export const CONTROL_ADDRESS = '127.18.40.4';

/** A member of nobody's, whose route is the digest of all others: see the template's control virtual host. */
export const MARKER = `http://${CONTROL_ADDRESS}:1`;

/**
 * The environment variable in which a script finds the secret: whoever lists processes, or listens to
 * the engine's events, is shown command lines.
 */
export const SECRET_VARIABLE = 'TSGEN_KEY';

/** What tsgen keeps to itself, and where httpd listens for it. */
export interface HttpdControl {
  readonly port: number;
  /** Hexadecimal. */
  readonly secret: string;
}

/** What the template spells of a secret: who reads the configuration does not know it. */
export function keyOf(secret: string): string {
  return createHash('sha1').update(secret).digest('hex');
}

/** What the form of the balancer manager wants to see again. */
function nonceOf(secret: string): string {
  return keyOf(secret).slice(0, 16);
}

/**
 * A POSIX shell script in which `say PLACE [FORM]` gets the page of a virtual host's balancer manager,
 * with a form carried out before, over a fresh connection; with whatever there is that can. `page` makes
 * of it a line for each balancer, `b NAME`, and for each of its workers after it
 * `up|down BALANCER WORKER ROUTE WEIGHT OPEN REDIRECT [backup]`. Exit code 126 says that there is nothing
 * to ask with. The secret is none of it: see `SECRET_VARIABLE`.
 */
export function atManager({ port, secret }: HttpdControl, body: string): string {
  const key = keyOf(secret);
  const path = `/tsgen-${key.slice(0, 16)}`;
  const name = `tsgen-${key.slice(0, 12)}`;
  const common = `
prefix=${name}
nonce=${nonceOf(secret)}
request() {
  head="HTTP/1.0\\r\\nHost: $1\\r\\nReferer: http://$1/\\r\\nX-Tsgen-Key: $${SECRET_VARIABLE}\\r\\n"
  if [ -n "$2" ]; then
    form="$2&xml=1"
    printf "POST ${path} \${head}Content-Type: application/x-www-form-urlencoded\\r\\nContent-Length: \${#form}\\r\\n\\r\\n%s" "$form"
  else
    printf "GET ${path}?xml=1 $head\\r\\n"
  fi
}
page() {
  say "$prefix-$1" "$2" | awk -F '[<>]' '
    $2 == "httpd:name" && $3 ~ /^balancer:/ { balancer = substr($3, 12); print "b", balancer; next }
    $2 == "httpd:name" { worker = $3 }
    $2 == "httpd:route" { route = $3 == "" ? "-" : $3 }
    $2 == "httpd:redirect" { redirect = $3 == "" ? "-" : $3 }
    $2 == "httpd:loadfactor" { weight = $3 + 0 }
    $2 == "httpd:status" { status = $3 }
    $2 == "httpd:busy" { open = $3 }
    $2 == "/httpd:worker" {
      print (status ~ /Dis|Stop/ ? "down" : "up"), balancer, worker, route, (status ~ /Drn/ ? 0 : weight), open, redirect, (status ~ /Stby/ ? "backup" : "")
    }'
}
# Sets generation and digest: what httpd has loaded, and who its members are.
look() {
  set -- $(page state | grep '^down tsgen ')
  [ -n "$7" ] || { echo "httpd does not answer at ${CONTROL_ADDRESS}:${port}"; exit 1; }
  generation=$7 digest=$4
}
${body.trim()}
`.trim();
  return `
export LC_ALL=C
command -v awk >/dev/null || { echo "there is no awk here to read httpd's answers with"; exit 126; }
common=${shellQuote(common)}
if command -v bash >/dev/null; then
  bash -c ${shellQuote(
    `
say() {
  exec 3<>/dev/tcp/${CONTROL_ADDRESS}/${port} || exit 1
  request "$@" >&3
  cat <&3
  exec 3>&-
}
eval "$1"`.trim(),
  )} bash "$common"
elif command -v curl >/dev/null; then
  say() {
    printf 'header = "X-Tsgen-Key: %s"\\n' "$${SECRET_VARIABLE}" |
      curl -sS -K - --noproxy '*' -m 5 -H "Host: $1" -H "Referer: http://$1/" \${2:+--data "$2&xml=1"} "http://${CONTROL_ADDRESS}:${port}${path}?xml=1"
  }
  eval "$common"
elif command -v nc >/dev/null; then
  say() { request "$@" | nc -w 5 ${CONTROL_ADDRESS} ${port}; }
  eval "$common"
else
  echo "there is neither bash nor curl or nc here to speak to httpd with"
  exit 126
fi
`.trim();
}
