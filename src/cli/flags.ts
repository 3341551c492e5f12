/** The flags of `tsgen [options] [template] [dest]`: one table for the parser, the help and the docs. */
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
  readonly group: FlagGroup;
  readonly description: string;
}

export type FlagGroup =
  | 'What to render'
  | 'When'
  | 'The proxy'
  | 'Telling it'
  | 'The engine'
  | 'Log';

export const FLAGS = [
  {
    name: 'template',
    argument: 'FILE',
    group: 'What to render',
    description:
      'render this template and go on watching; nginx.conf.hbs is bundled and knows its destination, check and notification',
  },
  {
    name: 'dest',
    argument: 'FILE',
    group: 'What to render',
    description: 'where to write; with it, nothing is implied but the template',
  },
  {
    name: 'keep-blank-lines',
    group: 'What to render',
    description: 'keep lines that hold nothing but white space',
  },
  {
    name: 'watch',
    group: 'When',
    description: 'go on watching (the default with --template)',
  },
  {
    name: 'once',
    group: 'When',
    description: 'render once and exit (the default with a template argument)',
  },
  {
    name: 'proxy',
    argument: 'SELECTOR',
    group: 'The proxy',
    description:
      "the proxy's container, by name, ID or label=KEY[=VALUE]: its networks count, and --check and --notify run in it",
  },
  {
    name: 'check',
    argument: 'COMMAND',
    group: 'The proxy',
    description:
      'has the proxy test what was rendered before it goes live: {file} is the candidate, {dest} the destination; without {file} it runs after the swap and a failure undoes it',
  },
  {
    name: 'check-timeout',
    argument: 'SECONDS',
    default: '30',
    group: 'The proxy',
    description: 'how long the check may take',
  },
  {
    name: 'notify',
    argument: 'COMMAND',
    group: 'Telling it',
    description: 'run this after a change, such as "nginx -s reload"',
  },
  {
    name: 'notify-timeout',
    argument: 'SECONDS',
    default: '30',
    group: 'Telling it',
    description: 'how long the notification may take',
  },
  {
    name: 'notify-sighup',
    argument: 'CONTAINER',
    repeat: true,
    group: 'Telling it',
    description: 'send HUP to this container after a change',
  },
  {
    name: 'notify-container',
    argument: 'CONTAINER',
    repeat: true,
    group: 'Telling it',
    description: 'send --notify-signal to this container after a change',
  },
  {
    name: 'notify-signal',
    argument: 'NUMBER',
    default: '1',
    group: 'Telling it',
    description: 'the signal for --notify-container; -1 restarts the container',
  },
  {
    name: 'endpoint',
    argument: 'URL',
    default: 'unix:///var/run/docker.sock',
    env: 'DOCKER_HOST',
    group: 'The engine',
    description:
      'where the Docker Engine listens: unix://PATH or tcp://HOST:PORT (TLS by DOCKER_TLS_VERIFY and DOCKER_CERT_PATH)',
  },
  {
    name: 'log-level',
    argument: 'LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    env: 'TSGEN_LOG_LEVEL',
    group: 'Log',
    description: 'the lowest level to log',
  },
  {
    name: 'log-format',
    argument: 'FORMAT',
    choices: ['text', 'json'],
    default: 'text',
    env: 'TSGEN_LOG_FORMAT',
    group: 'Log',
    description: 'one line a message, for people or for machines',
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
