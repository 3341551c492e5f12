import { NGINX_PLACES } from '../../src/proxies/nginx-file-places.ts';
import { CERTIFICATE_FILES } from '../../src/routing/certificate-groups.ts';
import {
  CONTAINER_SETTINGS,
  LABEL_PREFIX,
  NGINX_PROXY_PREFIX,
} from '../../src/routing/container-settings.ts';
import { HOOKS, type Hook } from '../../src/routing/hooks.ts';
import { PROXY_SETTINGS } from '../../src/routing/proxy-settings.ts';
import type { ContainerSetting, Setting } from '../../src/routing/setting.ts';
import { TLS_POLICIES } from '../../src/routing/tls-policies.ts';

const containerSettings: readonly ContainerSetting<unknown>[] = Object.values(CONTAINER_SETTINGS);
const proxySettings: readonly Setting<unknown>[] = Object.values(PROXY_SETTINGS);
const hooks: readonly Hook[] = Object.values(HOOKS);

/** `docs/settings.md`: what containers and the operator can set, from the tables that the code uses. */
export function settingsPage(): string {
  return `<!-- Generated from src/routing/ by npm run docs. -->

# Settings

What containers say of themselves, what holds for the proxy as a whole, and which files are looked
for. Names, values and defaults are nginx-proxy's, so its documentation holds here too;
[from-nginx-proxy.md](from-nginx-proxy.md) lists what differs, and why.

## What containers say

Each setting is an environment variable or a label of the container. Of several that are set the
first counts: the label \`${LABEL_PREFIX}…\`, the variable, nginx-proxy's label (also with \`${LABEL_PREFIX}\` in
its prefix's place). A blank value counts as absent, and blanks around a value are ignored. Words are
understood in any case; \`true\` is also \`t\`, \`1\`, \`yes\` and \`on\`, \`false\` also \`f\`, \`0\`, \`no\` and
\`off\`.

A setting of a **container** is that one's alone. Of a **site** (a host) or a **route** (a path of a
host) there is one for all its containers: the oldest that has set it is heard, and whoever wants
something else is told so as a problem. A container that is stopping has no say while another
stays. Two are decided otherwise: \`VIRTUAL_PROTO\` and \`VIRTUAL_DEST\` are those of the route's oldest
container, set or not, and whoever speaks another protocol gets no traffic; \`NETWORK_ACCESS\` is
\`internal\` as soon as one container says so.

A value that is none is a problem that names container, variable, value and reason
(\`tsgen status\`, \`tsgen explain\`, the head of the generated file). Where a default could send traffic
to a wrong place, or let in the wrong people, its container is **left out** until it is mended;
else the **default** holds. No other container is affected.

${table(
  ['variable', 'label', 'what it is', 'values', 'default', 'of', 'bad value'],
  containerSettings.map((row) => [
    code(row.env),
    [LABEL_PREFIX + row.name, ...theirLabel(row)].map(code).join('<br>'),
    row.description,
    row.values,
    defaultOf(row),
    row.of,
    row.whenInvalid === 'refuse' ? 'left out' : 'default',
  ]),
)}

dockercloud-haproxy's variables and its form of \`VIRTUAL_HOST\` count with \`--compat dockercloud\`:
[from-dockercloud-haproxy.md](from-dockercloud-haproxy.md). What is in the proxy's own language is
ignored, with a problem, unless tsgen is started with \`--allow-raw\`.

A label \`${LABEL_PREFIX}…\` or \`${NGINX_PROXY_PREFIX}…\` that is not in the table is a problem, and so is a
variable that was likely meant to be one of those that begin with \`VIRTUAL_\`. Both name the nearest.

### Several ports of one container

\`\`\`yaml
VIRTUAL_HOST_MULTIPORTS: |-
  www.example.com:
  service.example.com:
    external_https_port: 8443
    "/":
      port: 8000
    "/api/":
      port: 9000
      proto: https
      dest: "/"
\`\`\`

A host without a path means \`/\`. What is left out of a path has the default of its variable.

### Ports of a site

A port speaks HTTP or HTTPS. Where sites want both of one, the proxy's own ports come first, then
the site that was given its port by the oldest container; another one is left out, with a problem.
So is one for which the proxy would have to listen on more than 200 ports, or on more than 20 that one
container opens.

## What holds for the proxy

Environment variables of tsgen itself. For those that containers can set too, they are the default.
A value that is none is a problem of the proxy, and its default holds.

${table(
  ['variable', 'what it is', 'values', 'default'],
  proxySettings.map((row) => [code(row.env), row.description, row.values, row.default]),
)}

A variable \`TSGEN_…\` that dockercloud-haproxy has too is also known by its name there, with
\`--compat dockercloud\`: [from-dockercloud-haproxy.md](from-dockercloud-haproxy.md).

Those of the images (such as \`DHPARAM_BITS\` and \`NGINX_CONTAINER_LABEL\`) are in
[images.md](images.md), those of tsgen's flags in [cli.md](cli.md).

## Files

They are looked for in the proxy's folders, and of several names the first counts. \`HOST\` is a host
as \`VIRTUAL_HOST\` has it, such as \`*.example.com\`, in lower case or as it is written; of a regex it is the SHA-1
(\`printf '%s' '~^a$' | sha1sum\`). \`PATH\` is the SHA-1 of a path as it was written
(\`printf '%s' '/api' | sha1sum\`). nginx is reloaded when one of them appears, changes or vanishes.

${table(['file', 'what becomes of it'], hooks.map(hookRow))}

| file | what becomes of it |
|---|---|
${[
  [NGINX_PLACES.headers, 'takes the place of the headers that back ends get over HTTP'],
  [
    NGINX_PLACES.internalClients,
    'takes the place of the list of private addresses, for `NETWORK_ACCESS=internal`',
  ],
  [NGINX_PLACES.fastcgi, 'takes the place of the parameters that FastCGI containers get'],
  [NGINX_PLACES.errorPage, 'is shown with status 503 for hosts that no container asks for'],
  [NGINX_PLACES.dhparam, 'Diffie-Hellman parameters for every site without its own'],
]
  .map(([path = '', what = '']) => row([code(path), what]))
  .join('\n')}

In \`${NGINX_PLACES.certificates}\`:

${table(
  ['file', 'what it is'],
  CERTIFICATE_FILES.map(([name, what]) => [code(name), what]),
)}

A site's certificate is the one that \`CERT_NAME\` names, and no other; else that of its host; else that
of its host without the first label, where two are left; else the default one, unless it is not
trusted. One that cannot be used (a key of another certificate, not valid yet, too weak for the policy) is
passed over, with a problem of its site alone. Without any, HTTPS handshakes are refused. HTTP is
served then only where nobody has provided a certificate, or half of one: a broken one, or a folder
that cannot be read, takes no site from HTTPS to HTTP.

## TLS policies

Which versions and ciphers a site speaks: Mozilla's recommendations and AWS's predefined policies.

${table(
  ['policy', 'versions', "server's order", 'ciphers of TLS 1.2 and before'],
  TLS_POLICIES.map(({ name, protocols, preferServerCiphers, ciphers }) => [
    code(name),
    protocols.map((one) => one.replace('TLSv', '')).join(', '),
    preferServerCiphers ? 'yes' : 'no',
    String(ciphers.length),
  ]),
)}
`;
}

function theirLabel({ nginxProxyLabel }: ContainerSetting<unknown>): readonly string[] {
  return nginxProxyLabel === undefined ? [] : [NGINX_PROXY_PREFIX + nginxProxyLabel];
}

/** With the proxy-wide variable that gives another one. */
function defaultOf({ proxyWide, default: value }: ContainerSetting<unknown>): string {
  if (proxyWide === undefined || value === code(proxyWide)) return value;
  return `${code(proxyWide)} of the proxy, else ${value}`;
}

function hookRow({ folder, names, rootNames = [], description }: Hook): readonly string[] {
  const paths = names.map((name) => code(`${NGINX_PLACES[folder]}/${name}`));
  const root = rootNames.map((name) => `for \`/\` also ${code(`${NGINX_PLACES[folder]}/${name}`)}`);
  return [[...paths, ...root].join('<br>'), description];
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
