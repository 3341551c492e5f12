import { invalid, type Validated, valid } from './validated.ts';

/** How an upstream chooses among its servers. */
export type Balance =
  | { readonly method: 'round-robin' }
  | { readonly method: 'least-connections' }
  /** The one that has moved the fewest bytes. */
  | { readonly method: 'least-traffic' }
  /** By the client's address. */
  | { readonly method: 'source' }
  /** By a text in which nginx's variables are replaced; `consistent`: a change of servers moves few. */
  | { readonly method: 'hash'; readonly key: string; readonly consistent: boolean }
  /** `two`: the one of two with fewer connections. */
  | { readonly method: 'random'; readonly two: boolean };

export const ROUND_ROBIN: Balance = { method: 'round-robin' };

const FORMS =
  'round-robin, least-connections, least-traffic, source or uri; or as nginx writes it ip_hash, least_conn, hash KEY [consistent] or random [two [least_conn]]';

/** What they are called by itself, and by HAProxy and nginx. */
const NAMES: Readonly<Record<string, Balance>> = {
  'round-robin': ROUND_ROBIN,
  roundrobin: ROUND_ROBIN,
  'least-connections': { method: 'least-connections' },
  leastconn: { method: 'least-connections' },
  'least-conn': { method: 'least-connections' },
  'least-traffic': { method: 'least-traffic' },
  source: { method: 'source' },
  'ip-hash': { method: 'source' },
  uri: { method: 'hash', key: '$request_uri', consistent: true },
  random: { method: 'random', two: false },
};

/**
 * Reads the name of a method, or what nginx-proxy's `loadbalance` label holds: one of nginx's
 * balancing directives. That is taken apart and spelt anew, so that nothing else can come with it.
 * nginx's `upstream` block has further directives that are not about the choice; they are refused.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html
 */
export function parseBalance(text: string): Validated<Balance> {
  const [statement = '', ...more] = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (more.length > 0) return invalid(`it is one directive: ${FORMS}`);
  const [first = '', ...args] = statement.split(/\s+/);
  const directive = first.toLowerCase().replaceAll('_', '-');
  const named = Object.hasOwn(NAMES, directive) ? NAMES[directive] : undefined;
  if (named && args.length === 0) return valid(named);
  switch (`${directive} ${args.length}`) {
    case 'hash 1':
      return parseHash(args[0] ?? '', false);
    case 'hash 2':
      if (args[1] === 'consistent') return parseHash(args[0] ?? '', true);
      break;
    case 'random 1':
      if (args[0] === 'two') return valid({ method: 'random', two: true });
      break;
    case 'random 2':
      // `least_conn` is nginx's default for two.
      if (args[0] === 'two' && args[1] === 'least_conn')
        return valid({ method: 'random', two: true });
      break;
    default:
      break;
  }
  return invalid(`it is ${FORMS}`);
}

/** The variables of nginx's that say something of a request before its upstream is chosen. */
const VARIABLES: ReadonlySet<string> = new Set([
  ...['args', 'binary_remote_addr', 'content_length', 'content_type', 'document_uri', 'host'],
  ...['hostname', 'http2', 'http3', 'is_args', 'query_string', 'remote_addr', 'remote_port'],
  ...['remote_user', 'request', 'request_id', 'request_length', 'request_method', 'request_uri'],
  ...['scheme', 'server_addr', 'server_name', 'server_port', 'server_protocol', 'uri'],
  ...['ssl_client_fingerprint', 'ssl_client_serial', 'ssl_server_name', 'ssl_session_id'],
]);
const FAMILIES = /^(?:arg|cookie|http)_[a-z0-9_]+$/;

/** nginx refuses a configuration with a variable that it does not know. */
function parseHash(key: string, consistent: boolean): Validated<Balance> {
  const bare = key.replace(/^"(.*)"$|^'(.*)'$/, '$1$2');
  if (!/^[\w$.:/{}-]{1,200}$/.test(bare)) {
    return invalid('a key of hash holds letters, digits, . : / - _ and $variables');
  }
  const names = bare.match(/\$(?:\{\w+\}|\w+)/g) ?? [];
  const rest = bare.replaceAll(/\$(?:\{\w+\}|\w+)/g, '');
  if (/[${}]/.test(rest)) return invalid('a key of hash has a $ or a brace that is no variable');
  const unknown = names
    .map((name) => name.replaceAll(/[${}]/g, '').toLowerCase())
    .find((name) => !VARIABLES.has(name) && !FAMILIES.test(name));
  if (unknown !== undefined) {
    return invalid(
      `a key of hash cannot use $${unknown}: $request_uri, $remote_addr, $host, $arg_NAME, $cookie_NAME, $http_NAME and the like are known`,
    );
  }
  if (names.length === 0) {
    return invalid('a key of hash without a $variable would send everything to one server');
  }
  return valid({ method: 'hash', key: bare, consistent });
}
