/**
 * The flags of `tsgen [options] [template] [dest]`: one table for the parser, the help, the keys of
 * configuration files, the completion scripts and `docs/cli.md`.
 */
export interface Flag {
  /** Without dashes. */
  readonly name: string;
  /** What follows it, as the help shows it; absent for a switch. */
  readonly argument?: string;
  /** May be given several times. */
  readonly repeat?: true;
  readonly choices?: readonly string[];
  /** As the user would write it. */
  readonly default?: string;
  /** The environment variable that stands in for it. */
  readonly env?: string;
  /**
   * How that variable is read: as the flag's value if absent; as a list by comma; as the label of
   * the proxy, as nginx-proxy has it; or by whoever connects to the engine, because it stands for
   * more than this flag.
   */
  readonly envIs?: 'list' | 'label' | 'engine';
  /** What its completion offers; nothing if absent. */
  readonly completes?: 'files' | 'folders';
  /** Its key in a configuration file; absent where it has none. */
  readonly config?: ConfigKey;
  /** docker-gen has it too. */
  readonly dockerGen?: true;
  readonly group: FlagGroup;
  readonly description: string;
}

export interface ConfigKey {
  /** In lower case; any case is understood. */
  readonly key: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** Of one `[[config]]` block, or at the top of the file for the whole process. */
  readonly scope: 'job' | 'process';
  /** `filters` is a table of key → values, or a list of `key=value`. */
  readonly type: 'string' | 'boolean' | 'integer' | 'number' | 'strings' | 'filters';
  /** docker-gen has it too, or documents it. */
  readonly dockerGen?: true;
}

export const FLAG_GROUPS = [
  'What to render',
  'When',
  'Which containers',
  'The proxy',
  'Telling it',
  'The engine',
  'Log',
  'About',
] as const;

export type FlagGroup = (typeof FLAG_GROUPS)[number];

const job = (key: string, type: ConfigKey['type'], ...aliases: readonly string[]): ConfigKey => ({
  key,
  scope: 'job',
  type,
  ...(aliases.length > 0 ? { aliases } : {}),
});
/** A key of docker-gen's. */
const shared = (key: string, type: ConfigKey['type'], ...aliases: readonly string[]) =>
  ({ ...job(key, type, ...aliases), dockerGen: true }) as const;
const process = (key: string, type: ConfigKey['type']): ConfigKey => ({
  key,
  scope: 'process',
  type,
});

export const FLAGS = [
  {
    name: 'template',
    argument: 'FILE',
    completes: 'files',
    config: shared('template', 'string'),
    group: 'What to render',
    description:
      'render this template and go on watching; the bundled nginx.conf.hbs, apache.conf.hbs and haproxy.cfg.hbs know their destination, check and notification; of a.hbs;b.hbs the first is rendered, and the others are partials',
  },
  {
    name: 'partials',
    argument: 'DIR',
    repeat: true,
    completes: 'folders',
    config: job('partials', 'strings'),
    group: 'What to render',
    description:
      'the *.hbs in this folder, at any depth, are partials; of two of one name that of the first folder counts, and the bundled ones come last',
  },
  {
    name: 'dest',
    argument: 'FILE',
    completes: 'files',
    config: shared('dest', 'string'),
    group: 'What to render',
    description: 'where to write; with it, nothing is implied but the template',
  },
  {
    name: 'config',
    argument: 'FILE',
    repeat: true,
    completes: 'files',
    dockerGen: true,
    group: 'What to render',
    description:
      'read jobs from this TOML file, in the place of the template and of the flags for one job; several add up',
  },
  {
    name: 'keep-blank-lines',
    dockerGen: true,
    config: shared('keepblanklines', 'boolean'),
    group: 'What to render',
    description: 'keep lines that hold nothing but white space',
  },
  {
    name: 'watch',
    dockerGen: true,
    config: shared('watch', 'boolean'),
    group: 'When',
    description: 'go on watching (the default with --template)',
  },
  {
    name: 'once',
    config: job('once', 'boolean'),
    group: 'When',
    description: 'render once and exit (the default with a template argument)',
  },
  {
    name: 'wait',
    argument: 'MIN[:MAX]',
    dockerGen: true,
    config: shared('wait', 'string'),
    group: 'When',
    description:
      'render only when no change came for MIN, at the latest MAX after the first one, such as 500ms:2s; MAX is four times MIN if absent',
  },
  {
    name: 'interval',
    argument: 'SECONDS',
    default: '0',
    dockerGen: true,
    config: shared('interval', 'integer'),
    group: 'When',
    description:
      'also render every so often, and notify each time even if nothing changed; 0 is off',
  },
  {
    name: 'event-filter',
    argument: 'KEY=VALUE',
    repeat: true,
    dockerGen: true,
    config: process('eventfilter', 'filters'),
    group: 'When',
    description:
      'also render at events of the engine that fit, such as event=exec_die; adds to those that matter anyway',
  },
  {
    name: 'settle',
    argument: 'SECONDS',
    default: '10',
    env: 'TSGEN_SETTLE',
    config: job('settle', 'number'),
    group: 'When',
    description:
      'how long a container must stay up that came back by itself twice within a minute, before it gets traffic; twice as long after each further time; 0 is off',
  },
  {
    name: 'linger',
    argument: 'SECONDS',
    default: '60',
    env: 'TSGEN_LINGER',
    config: job('linger', 'number'),
    group: 'When',
    description:
      'how long a site answers 503 with Retry-After once its last container is gone, before it counts as unknown; 0 is off',
  },
  {
    name: 'confirm-empty',
    argument: 'SECONDS',
    default: '5',
    env: 'TSGEN_CONFIRM_EMPTY',
    config: process('confirmempty', 'number'),
    group: 'The engine',
    description:
      'how long to wait for a second look when the engine shows no container at all where there were some; 0 is off',
  },
  {
    name: 'only-exposed',
    dockerGen: true,
    config: shared('onlyexposed', 'boolean'),
    group: 'Which containers',
    description: 'only containers with an open TCP port: --container-filter expose=1-65535',
  },
  {
    name: 'only-published',
    dockerGen: true,
    config: shared('onlypublished', 'boolean'),
    group: 'Which containers',
    description:
      'only containers with a published TCP port: --container-filter publish=1-65535; goes before --only-exposed',
  },
  {
    name: 'include-stopped',
    dockerGen: true,
    config: shared('includestopped', 'boolean'),
    group: 'Which containers',
    description: 'also containers that do not run, whatever their state',
  },
  {
    name: 'container-filter',
    argument: 'KEY=VALUE',
    repeat: true,
    env: 'DOCKER_CONTAINER_FILTERS',
    envIs: 'list',
    dockerGen: true,
    config: shared('containerfilter', 'filters'),
    group: 'Which containers',
    description:
      "only containers that fit, with the keys and the meaning of docker ps --filter; the proxy's and tsgen's own always stay",
  },
  {
    name: 'compat',
    argument: 'VOCABULARY',
    choices: ['dockercloud'],
    env: 'TSGEN_COMPAT',
    config: job('compat', 'string'),
    group: 'Which containers',
    description:
      "also understand another tool's variables under their own names, which are everyday words such as TIMEOUT or COOKIE",
  },
  {
    name: 'allow-raw',
    env: 'TSGEN_ALLOW_RAW',
    config: job('allowraw', 'boolean'),
    group: 'Which containers',
    description:
      "take text in the proxy's own language from containers too: whoever can start one then configures the proxy",
  },
  {
    name: 'from',
    argument: 'FILE',
    completes: 'files',
    group: 'Which containers',
    description:
      'render once from this file of tsgen inventory (- is standard input), without an engine: nobody is asked or told',
  },
  {
    name: 'proxy',
    argument: 'SELECTOR',
    env: 'NGINX_CONTAINER_LABEL',
    envIs: 'label',
    config: job('proxy', 'string'),
    group: 'The proxy',
    description:
      "the proxy's container, by name, ID or label=KEY[=VALUE]: its networks count, and --check and --notify run in it",
  },
  {
    name: 'exec',
    argument: 'COMMAND',
    config: job('exec', 'string'),
    group: 'The proxy',
    description:
      'render, then run this, such as "nginx -g \'daemon off;\'", for as long as tsgen runs: it is started again when it ends by itself, and stopped gracefully with tsgen',
  },
  {
    name: 'stop-timeout',
    argument: 'SECONDS',
    default: '8',
    env: 'TSGEN_STOP_TIMEOUT',
    config: job('stoptimeout', 'number'),
    group: 'The proxy',
    description:
      'how long --exec may finish open requests when it is stopped; Docker gives a container 10 seconds unless told otherwise',
  },
  {
    name: 'check',
    argument: 'COMMAND',
    config: job('check', 'string'),
    group: 'The proxy',
    description:
      'has the proxy test what was rendered before it goes live: {file} is the candidate, {dest} the destination; without {file} it runs after the swap and a failure undoes it',
  },
  {
    name: 'check-timeout',
    argument: 'SECONDS',
    default: '30',
    config: job('checktimeout', 'number'),
    group: 'The proxy',
    description: 'how long the check may take',
  },
  {
    name: 'notify',
    argument: 'COMMAND',
    dockerGen: true,
    config: shared('notifycmd', 'string', 'notify'),
    group: 'Telling it',
    description: 'run this after a change, such as "nginx -s reload"',
  },
  {
    name: 'notify-output',
    dockerGen: true,
    config: shared('notifyoutput', 'boolean'),
    group: 'Telling it',
    description: 'log what --notify prints; of one that fails it is always logged',
  },
  {
    name: 'notify-timeout',
    argument: 'SECONDS',
    default: '30',
    config: job('notifytimeout', 'number'),
    group: 'Telling it',
    description: 'how long the notification may take',
  },
  {
    name: 'confirm',
    argument: 'COMMAND',
    config: job('confirm', 'string'),
    group: 'Telling it',
    description:
      'prints the {{revision}} that the proxy runs: after a notification it is asked until it runs the new one, and told again if it does not; an empty one asks nobody',
  },
  {
    name: 'confirm-timeout',
    argument: 'SECONDS',
    default: '10',
    config: job('confirmtimeout', 'number'),
    group: 'Telling it',
    description: 'how long the proxy may take until it runs what it was told',
  },
  {
    name: 'notify-sighup',
    argument: 'CONTAINER',
    repeat: true,
    dockerGen: true,
    config: job('notifysighup', 'strings'),
    group: 'Telling it',
    description: 'send HUP to this container after a change',
  },
  {
    name: 'notify-container',
    argument: 'CONTAINER',
    repeat: true,
    dockerGen: true,
    config: job('notifycontainer', 'strings'),
    group: 'Telling it',
    description: 'send --notify-signal to this container after a change',
  },
  {
    name: 'notify-filter',
    argument: 'KEY=VALUE',
    repeat: true,
    dockerGen: true,
    config: shared('notifycontainersfilter', 'filters', 'notifyfilter'),
    group: 'Telling it',
    description: 'send --notify-signal to all running containers that fit, as docker ps --filter',
  },
  {
    name: 'notify-signal',
    argument: 'NUMBER',
    default: '1',
    dockerGen: true,
    config: shared('notifycontainerssignal', 'integer', 'notifysignal'),
    group: 'Telling it',
    description: 'the signal for --notify-container and --notify-filter; -1 restarts the container',
  },
  {
    name: 'endpoint',
    argument: 'URL',
    default: 'unix:///var/run/docker.sock',
    env: 'DOCKER_HOST',
    envIs: 'engine',
    dockerGen: true,
    config: process('endpoint', 'string'),
    group: 'The engine',
    description: 'where the Docker Engine listens: unix://PATH, tcp://HOST:PORT or HOST:PORT',
  },
  {
    name: 'tlscert',
    argument: 'FILE',
    default: '~/.docker/cert.pem',
    env: 'DOCKER_CERT_PATH',
    envIs: 'engine',
    completes: 'files',
    dockerGen: true,
    config: process('tlscert', 'string'),
    group: 'The engine',
    description: "tsgen's certificate for an engine on TCP; the variable names its folder",
  },
  {
    name: 'tlskey',
    argument: 'FILE',
    default: '~/.docker/key.pem',
    env: 'DOCKER_CERT_PATH',
    envIs: 'engine',
    completes: 'files',
    dockerGen: true,
    config: process('tlskey', 'string'),
    group: 'The engine',
    description: 'the key of that certificate',
  },
  {
    name: 'tlscacert',
    argument: 'FILE',
    default: '~/.docker/ca.pem',
    env: 'DOCKER_CERT_PATH',
    envIs: 'engine',
    completes: 'files',
    dockerGen: true,
    config: process('tlscacert', 'string'),
    group: 'The engine',
    description: "the authority that the engine's certificate is verified with",
  },
  {
    name: 'tlsverify',
    env: 'DOCKER_TLS_VERIFY',
    envIs: 'engine',
    dockerGen: true,
    config: process('tlsverify', 'boolean'),
    group: 'The engine',
    description:
      'use TLS on TCP and insist on that verification; any text in the variable does too',
  },
  {
    name: 'log-level',
    argument: 'LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    env: 'TSGEN_LOG_LEVEL',
    config: process('loglevel', 'string'),
    group: 'Log',
    description: 'the lowest level to log',
  },
  {
    name: 'log-format',
    argument: 'FORMAT',
    choices: ['text', 'json'],
    default: 'text',
    env: 'TSGEN_LOG_FORMAT',
    config: process('logformat', 'string'),
    group: 'Log',
    description: 'one line a message, for people or for machines',
  },
  {
    name: 'version',
    dockerGen: true,
    group: 'About',
    description: 'print the version (also -v)',
  },
] as const satisfies readonly Flag[];

export type FlagName = (typeof FLAGS)[number]['name'];

type FlagValue<F> = F extends { readonly argument: string }
  ? F extends { readonly repeat: true }
    ? readonly string[]
    : string
  : boolean;

/** What the parser hands on: text as the user wrote it, by flag. */
export type FlagValues = {
  readonly [F in (typeof FLAGS)[number] as F['name']]?: FlagValue<F> | undefined;
};
