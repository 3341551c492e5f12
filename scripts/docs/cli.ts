import { CONFIG_KEYS, type KnownKey } from '../../src/cli/config/keys.ts';
import { EXIT_CODE_LIST } from '../../src/cli/exit-codes.ts';
import { FLAG_GROUPS, FLAGS, type Flag } from '../../src/cli/flags.ts';
import { BEHAVIOURS } from './docker-gen-behaviour.ts';

/** `docs/cli.md`: flags, variables, keys and exit codes, from the tables that the code uses. */
export function cliPage(): string {
  return `<!-- Generated from src/cli/flags.ts by npm run docs. -->

# Command line, environment and configuration file

    tsgen --template nginx.conf.hbs      # watches, and writes where the proxy reads
    tsgen [options] TEMPLATE [DEST]      # docker-gen's form: renders once unless --watch

Flags are understood with one dash or two, as \`--flag VALUE\` or \`--flag=VALUE\`; a switch also as
\`-watch=false\`. An unknown flag is an error that names the nearest one. Flags marked with ● are
docker-gen's, with its meaning. Further commands (\`status\`, \`refresh\`, \`healthcheck\`, \`completion\`,
those of [docs/inspecting.md](inspecting.md) and \`deploy-hook\` of [docs/delivery.md](delivery.md)) tell about
themselves with \`--help\`.

## Flags

${FLAG_GROUPS.map(groupTable).join('\n\n')}

A flag goes before its variable, and that before the configuration file. Two variables stand for
more than a flag: \`DOCKER_CERT_PATH\` is the folder of \`cert.pem\`, \`key.pem\` and \`ca.pem\`, and any
text in \`DOCKER_TLS_VERIFY\` insists on verification. On TCP, TLS is used when one of the files is
there or verification is asked for. \`DOCKER_HOST\` and these two count only where neither a flag nor
the file says otherwise. With \`--config\`, \`DOCKER_CONTAINER_FILTERS\` is not looked at, as in docker-gen.

### Container filters

The keys are those of \`docker ps --filter\`. Different keys must all fit; of several values of one key
one is enough, but for \`label\`, of which all must fit; \`publish\` and \`expose\` count as one key, and mean
TCP unless a protocol is given (\`53/udp\`). So has the engine it.

| keys | judged |
|---|---|
| \`expose\`, \`health\`, \`id\`, \`label\`, \`name\`, \`network\`, \`publish\`, \`status\` | on what tsgen knows: an event still costs one request |
| \`ancestor\`, \`before\`, \`exited\`, \`isolation\`, \`is-task\`, \`since\`, \`volume\` | by the engine, with one list filtered to the container that changed |

Different from the engine: \`network\` takes names, not IDs; \`publish\` looks at the first host port of
each port; expressions for \`name\` are JavaScript's. An unknown key is an error.

Filters limit the \`containers\` that templates see and the sites that are routed. The containers of
the proxy (\`--proxy\`) and of tsgen itself always stay among \`containers\`, because templates look there
for the networks that they share with others; they get traffic only if they fit.

### Events

tsgen acts on \`start\`, \`die\`, \`stop\`, \`destroy\`, \`kill\`, \`pause\`, \`unpause\`, \`rename\`, \`update\`,
\`health_status\` and on connections to networks. \`--event-filter\` adds events, of any type and filtered by
the engine, at which watches render again. It never takes any away.

## Configuration file

TOML. Each \`[[config]]\` block is a job with its own destination, notifications, schedule and control
socket; several files add up, in the order in which they are named. Keys are understood in any case,
and in the spelling of the flag (\`"only-exposed"\`). Those marked with ● are docker-gen's.

\`\`\`toml
endpoint = "unix:///var/run/docker.sock"   # for the process: before the first block

[[config]]
template = "nginx.conf.hbs"                # bundled: destination, check and notification are known
watch = true
proxy = "my-nginx-1"

[[config]]
template = "logrotate.hbs"
dest = "/etc/logrotate.d/containers"
watch = true
wait = "500ms:2s"
onlyexposed = true
notifycmd = "logrotate -d /etc/logrotate.d/containers"

  [config.NotifyContainers]
  cron = 1                                 # a signal, or -1 for a restart

  [config.ContainerFilter]
  label = ["logs=yes"]
\`\`\`

A job renders once unless it has \`watch\` or \`interval\`, and to standard output unless it has \`dest\`.
While one job watches, the others are rendered once at the start, and at SIGHUP. With
\`--config\`, template, destination and flags for one job have no effect; tsgen warns of them.

A changed file is picked up while tsgen runs: it is read, all of its templates are compiled, and only
then its jobs take the place of those before. What cannot be used is reported once for each edit, with
file and line, and the last good settings stay. Files whose content is the same notify nobody again.

### Of a \`[[config]]\` block

${keyTable('job')}

### Of the file, before the first block

${keyTable('process')}

\`--config\`, \`--from\` and \`--version\` have no key.

## Exit codes

| code | meaning |
|---|---|
${EXIT_CODE_LIST.map(({ code, meaning }) => `| ${code} | ${meaning} |`).join('\n')}

Of several jobs that render once, the first that fails gives the code.

## Signals

SIGHUP renders all jobs now, and with \`--exec\` tells the proxy even if nothing has changed. SIGTERM,
SIGINT and SIGQUIT let the running apply finish, then a watch ends with code 0; a second one ends it
at once. SIGUSR1 and SIGUSR2 go to the proxy that \`--exec\` runs, unless they would end or double it: at the
first nginx opens its logs anew and httpd restarts gracefully, at the second HAProxy reloads.

## The proxy as a child process

\`--exec\` runs the proxy for as long as tsgen watches:

    tsgen --template nginx.conf.hbs --exec "nginx -g 'daemon off;'"

- It is started once the first rendering is live. When that fails or takes more than 3 s, as without an
  engine, it is started with the file from before, if there is one.
- Words and quotes are read as a shell reads them, and the program is started without a shell. Where
  there are variables, patterns or redirections, a shell reads the line and makes way for the program.
  Several commands (\`;\`, \`&&\`, \`|\`) stay with the shell: begin the last one with \`exec\`, so that
  signals reach the proxy.
- When it ends by itself it is started again after 0.25 s, twice as long each time up to 30 s, and at
  once when there is a new configuration. \`tsgen healthcheck\` fails meanwhile. What has died has its
  workers finish first.
- It is stopped by what makes it finish open requests: QUIT for nginx, WINCH for httpd, USR1 for HAProxy,
  TERM for others. What has not ended after \`--stop-timeout\` gets TERM, and KILL a second later.
- A notification is left out while it does not run: it reads the configuration when it starts.
- It has tsgen's standard input, output and error, and a session of its own, so that Ctrl-C reaches tsgen
  alone. In a container in which tsgen is the first process, add \`--init\`: node takes care of its own
  children, not of orphans. The image has tini for that ([images.md](images.md)).
- A changed configuration file that still names the same command leaves it running.

## Completion

    source <(tsgen completion bash)
    source <(tsgen completion zsh)
    tsgen completion fish | source

## docker-gen's behaviour, and tsgen's

| topic | docker-gen | tsgen | |
|---|---|---|---|
${BEHAVIOURS.map(({ topic, theirs, ours, verdict }) => `| ${topic} | ${theirs} | ${ours} | ${verdict} |`).join('\n')}
`;
}

function groupTable(group: (typeof FLAG_GROUPS)[number]): string {
  const flags = (FLAGS as readonly Flag[]).filter((flag) => flag.group === group);
  return `### ${group}

| flag | | meaning | default | variable |
|---|---|---|---|---|
${flags.map(flagRow).join('\n')}`;
}

function flagRow(flag: Flag): string {
  const { name, argument, dockerGen, repeat, choices, env, description } = flag;
  const syntax = code(argument ? `--${name} ${argument}` : `--${name}`);
  const notes = [...(choices ? [choices.join(', ')] : []), ...(repeat ? ['repeatable'] : [])];
  const meaning = `${cell(description)}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
  const byDefault = flag.default ? code(flag.default) : '';
  return `| ${syntax} | ${dockerGen ? '●' : ''} | ${meaning} | ${byDefault} | ${env ? code(env) : ''} |`;
}

function keyTable(scope: KnownKey['scope']): string {
  const rows = CONFIG_KEYS.filter((key) => key.scope === scope).map(keyRow);
  return `| key | | takes | as |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function keyRow({ key, aliases = [], type, flag, dockerGen }: KnownKey): string {
  const names = [key, ...aliases].map(code).join(', ');
  const like = flag ? code(`--${flag}`) : '`--notify-container`, with a signal for each container';
  return `| ${names} | ${dockerGen ? '●' : ''} | ${TAKES[type]} | ${like} |`;
}

const TAKES: Readonly<Record<KnownKey['type'], string>> = {
  string: 'a text',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  number: 'a number',
  strings: 'a text or a list of texts',
  filters: 'a table of key → values, or a list of `key=value`',
  signals: 'a table of container → signal',
};

function code(text: string): string {
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll(/[<>]/g, (char) => (char === '<' ? '&lt;' : '&gt;'));
}
