import { API_REQUESTS, type ApiRequest, DEPLOY_REQUESTS } from '../../src/docker/api-requests.ts';

const row = ({ method, path, purpose }: ApiRequest) => `| \`${method} ${path}\` | ${purpose} |`;
const rows = (requests: readonly ApiRequest[]) =>
  ['| request | for |', '|---|---|', ...requests.map(row)].join('\n');

/** `docs/security.md`: what tsgen may ask of an engine, from the table that a test holds it to. */
export function securityPage(): string {
  return `<!-- Generated from src/docker/api-requests.ts by npm run docs. -->

# Security

## What holding the socket means

Whoever may write to the Docker socket is root on its host: a container that mounts \`/\` is one
request away, and mounting the socket read-only (\`:ro\`) changes nothing about that. So it is tsgen
alone that gets the socket, not the proxy that the world talks to; its watch listens on no network, runs
as a user other than root in its images, and needs no capability.

Where that is still too much, put a proxy that filters the API before the socket and name it with
\`--endpoint\` or \`DOCKER_HOST\`. Each path comes with the API's version before it
(\`/v1.41/containers/json\`), but for the first \`/version\`. Always needed are

${rows(API_REQUESTS.filter(({ always }) => always))}

and these only by who uses what they are for:

${rows(API_REQUESTS.filter(({ always }) => !always))}

tsgen makes no other request; a test holds it to that. A filter that lets \`exec\` pass lets whoever
holds it run anything in any container: where the proxy runs as tsgen's child (\`--exec\`), or beside
it in one container, the first table is enough.

\`tsgen deploy-hook\` ([delivery.md](delivery.md)), which is a process of its own, makes these and no
other:

${rows(DEPLOY_REQUESTS)}

Whoever may create containers is root on the host: keep its socket, or the filter before it, from all else.

A refusal says which path it was about:

    ERROR The Docker Engine at tcp://filter:2375 refused POST /containers/…/exec with status 403: … A filter stands before the engine: let it pass POST /containers/…/exec.

A socket that tsgen's user may not open says whose it is, and which group to add.

An engine, or a filter, that shows no container at all where there were some is asked again after
5 s (\`--confirm-empty\`) before anything is changed.

## Keys and passwords

tsgen reads certificates to see whether the proxy would accept them; what it writes names their
files and holds no key. What it writes has the mode and owner of what it replaces, side files those
of a new one under its \`umask\`: with \`umask 027\` and the proxy's group as its primary one they are
readable for that group and nobody else.

Its state (\`.tsgen/\` beside the destination) holds what was live and names of containers, for its own
user alone (0600), and its control socket can be opened by nobody else. Beside httpd there is a secret among it,
with which tsgen tells httpd of members ([proxies.md](proxies.md#members-come-and-go)); the commands
that are run beside httpd for that have it in their environment: no list of processes shows it, and no event of
the engine's.

With Node.js 22.1 and later, commands other than a watch keep what V8 compiled of tsgen in \`~/.cache/tsgen\`, for
their own user alone; what somebody else could have put there is not run. It may be removed at any time.

No value of a container's environment is logged, but for the one that is told to be wrong, cut at
200 characters, and what the proxy itself says when it rejects a configuration, cut at 500. \`tsgen
diff\` shows what a template would write: it holds a secret only where the template spells one.
\`tsgen inventory\` shows environments as they are, for that is what it is for: look at its output
before you pass it on.

## What containers can do

Whatever a container says of itself is checked and quoted. Should the proxy reject it all the same,
that container is set aside ([draining.md](draining.md#quarantine)). A container can take a share of
another's traffic by asking for the same host: whoever may start containers is trusted with that.
`;
}
