/** nginx's variables that say something of a request, as HAProxy's formats have it. */
const FORMATS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  args: '%[query]',
  binary_remote_addr: '%[src]',
  content_length: '%[req.fhdr(content-length)]',
  content_type: '%[req.fhdr(content-type)]',
  document_uri: '%[var(txn.path)]',
  host: '%[var(txn.host)]',
  hostname: '%[hostname]',
  is_args: '%[query,regsub(^.*$,?)]',
  query_string: '%[query]',
  remote_addr: '%[src]',
  remote_port: '%[src_port]',
  remote_user: '%[http_auth_user]',
  request: '%[method] %[pathq] HTTP/%[req.ver]',
  request_id: '%[uuid()]',
  request_method: '%[method]',
  request_uri: '%[pathq]',
  scheme: '%[ssl_fc,iif(https,http)]',
  server_addr: '%[dst]',
  server_name: '%[var(txn.host)]',
  server_port: '%[dst_port]',
  server_protocol: 'HTTP/%[req.ver]',
  ssl_client_fingerprint: '%[ssl_c_sha1,hex,lower]',
  ssl_client_serial: '%[ssl_c_serial,hex]',
  ssl_server_name: '%[ssl_fc_sni]',
  ssl_session_id: '%[ssl_fc_session_id,hex]',
  uri: '%[var(txn.path)]',
});

const FAMILIES: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^arg_([a-z0-9_]+)$/, (name) => `%[url_param(${name})]`],
  [/^cookie_([a-z0-9_]+)$/, (name) => `%[req.cook(${name})]`],
  [/^http_([a-z0-9_]+)$/, (name) => `%[req.fhdr(${name.replaceAll('_', '-')})]`],
];

/**
 * A text in which nginx would replace `$variables` as a format of HAProxy's that comes to the same.
 *
 * @param literal spells what is no variable.
 */
export function expandNginxVariables(text: string, literal: (text: string) => string): string {
  return text
    .split(/(\$(?:\{\w+\}|\w+))/)
    .map((part, index) => (index % 2 === 0 ? literal(part) : formatOf(part)))
    .join('');
}

function formatOf(variable: string): string {
  const name = variable.replaceAll(/[${}]/g, '').toLowerCase();
  const format = FORMATS[name];
  if (format !== undefined) return format;
  for (const [family, make] of FAMILIES) {
    const found = family.exec(name)?.[1];
    if (found !== undefined) return make(found);
  }
  return '';
}
