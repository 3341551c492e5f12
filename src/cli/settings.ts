import { resolve } from 'node:path';
import { TsgenError } from '../base/errors.ts';
import type { LogLevel } from '../base/log.ts';
import type { Filters } from '../docker/api.ts';
import type { Notification } from '../output/notify.ts';
import { readContainerFilters } from '../pipeline/container-filters.ts';
import { type CommandLine, parseCommandLine } from '../proxies/command-line.ts';
import { PROXY_BY_TEMPLATE } from '../proxies/index.ts';
import { describeSelector, type ProxySelector, parseProxySelector } from '../proxies/select.ts';
import type { Vocabulary } from '../routing/vocabulary.ts';
import { parseWait, type Wait } from './duration.ts';
import { parseFilters } from './filter-values.ts';
import type { FlagValues } from './flags.ts';
import { templateNames } from './templates.ts';

/** What a whole process has just one of. */
export interface ProcessSettings {
  /** From an inventory file: nothing of this machine counts. */
  readonly offline?: true;
  readonly endpoint?: string;
  readonly tls: TlsSettings;
  /** Empty when no events are asked for besides those that matter. */
  readonly eventFilters: Filters;
  /** How long to wait for a second look at an engine without containers; 0 is off. */
  readonly confirmEmptyMs: number;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

/** Absolute paths. */
export interface TlsSettings {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly verify?: boolean;
}

/** Everything that one job needs to know, decided once. */
export interface Settings extends ProcessSettings {
  /** `watch` goes on: it follows the containers, or renders every so often. */
  readonly mode: 'watch' | 'once';
  /** Changes of the containers make it render. */
  readonly followsEvents: boolean;
  readonly wait?: Wait;
  /** Absent when it is off. */
  readonly intervalMs?: number;
  /** As the user named it: a file, or a set of files by `;`. */
  readonly template: string;
  /** Absolute paths of folders, those that go before others first. */
  readonly partials: readonly string[];
  /** Absolute; '' is standard output. */
  readonly destination: string;
  readonly proxy?: ProxySelector;
  /** As the user wrote it; '' when none was named. */
  readonly proxySelector: string;
  /** The proxy that is run as a child process. */
  readonly exec?: CommandLine;
  readonly stopTimeoutMs: number;
  readonly check?: string;
  readonly checkTimeoutMs: number;
  readonly notifications: readonly Notification[];
  /** Commands that notify run here, not in the proxy's container. */
  readonly notifiesHere: boolean;
  readonly notifyTimeoutMs: number;
  readonly notifyOutput: boolean;
  /** A shell script that prints which revision the proxy runs; `{port}` is the control port. */
  readonly confirm?: string;
  readonly confirmTimeoutMs: number;
  /** Of a run that asks and tells nobody: what one with these flags would go by that does. */
  readonly online?: Pick<Settings, 'notifications' | 'confirm'>;
  readonly keepBlankLines: boolean;
  readonly containerFilters: Filters;
  readonly includeStopped: boolean;
  /** How long one that ends again and again must stay up before it gets traffic; 0 is off. */
  readonly settleMs: number;
  /** How long a site is remembered whose last container went; 0 is off. */
  readonly lingerMs: number;
  readonly vocabulary: Vocabulary;
}

export interface SettingsInput {
  readonly flags: FlagValues;
  /** `[template, dest]` of docker-gen's own form. */
  readonly operands: readonly string[];
  readonly cwd: string;
  /** Signals of its own for each container: only a configuration file can say so. */
  readonly notifyContainers?: ReadonlyMap<string, number>;
  /**
   * The user named a template of nginx-proxy's, and the bundled one takes its place: the rest is
   * written for docker-gen, perhaps beside an nginx in another container.
   */
  readonly standIn?: {
    /** The selector of that nginx by NGINX_CONTAINER_LABEL. */
    readonly labelled?: string;
  };
}

/**
 * Flags and operands → settings. There are two forms: `--template` watches and, unless `--dest` is
 * given, takes what a bundled template's name implies; docker-gen's `template [dest]` renders once
 * unless `--watch`, to standard output unless `dest`.
 *
 * @throws TsgenError `usage` that says which flags do not go together or which value is wrong.
 */
export function resolveSettings(input: SettingsInput): Settings {
  const { flags, operands, cwd } = input;
  const [operand, operandDest] = operands;
  const template = flags.template ?? operand ?? '';
  const [main] = templateNames(template);
  if (main === undefined) {
    throw usage(
      'There is no template. Name one: tsgen --template nginx.conf.hbs, or tsgen TEMPLATE [DEST].',
    );
  }
  if (flags.template !== undefined && operand !== undefined) {
    throw usage(
      `There are two templates: --template ${flags.template} and ${operand}. Leave one out; with --template the destination is --dest.`,
    );
  }
  if (operandDest !== undefined && flags.dest !== undefined) {
    throw usage(`There are two destinations: --dest ${flags.dest} and ${operandDest}.`);
  }
  if (flags.watch && flags.once) {
    throw usage('--watch and --once say opposite things. Leave one out.');
  }
  const followsEvents = flags.watch ?? (flags.template !== undefined && flags.once !== true);
  const intervalMs = interval(flags.interval);
  if (intervalMs !== undefined && flags.once) {
    throw usage('--interval and --once say opposite things. Leave one out.');
  }
  const wait = parseWait(flags.wait ?? '');
  const dest = flags.dest ?? operandDest;
  const implied =
    flags.template !== undefined && dest === undefined ? PROXY_BY_TEMPLATE.get(main) : undefined;
  const destination = dest ?? implied?.destination ?? '';
  const told = input.standIn && toldProxy(flags, input.standIn.labelled);
  const proxy = flags.proxy ? parseProxySelector(flags.proxy) : told;
  const driven = implied ?? (told && PROXY_BY_TEMPLATE.get(main));
  const check = flags.check ?? driven?.checkCommand;
  if (check?.includes('{file}') && destination === '') {
    throw usage('--check needs a destination to check for: give --dest.');
  }
  const confirm = flags.confirm ?? driven?.askCommand;
  const mode = followsEvents || intervalMs !== undefined ? 'watch' : 'once';
  if (flags.exec !== undefined) refuseExec(flags, mode, destination);
  return Object.freeze({
    ...processSettings(flags, cwd),
    mode,
    followsEvents,
    ...(wait ? { wait } : {}),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    template,
    partials: (flags.partials ?? []).map((folder) => resolve(cwd, folder)),
    destination: destination === '' ? '' : resolve(cwd, destination),
    ...(proxy ? { proxy } : {}),
    proxySelector: proxy ? describeSelector(proxy) : '',
    ...(flags.exec === undefined ? {} : { exec: parseCommandLine(flags.exec) }),
    stopTimeoutMs: seconds('stop-timeout', flags['stop-timeout'], '8'),
    ...(check ? { check } : {}),
    checkTimeoutMs: seconds('check-timeout', flags['check-timeout']),
    notifications: notifications(input, driven?.notifyCommand),
    // docker-gen's, which was written for where that ran.
    notifiesHere: proxy === undefined || (proxy === told && flags.notify !== undefined),
    notifyTimeoutMs: seconds('notify-timeout', flags['notify-timeout']),
    notifyOutput: flags['notify-output'] === true,
    ...(confirm ? { confirm } : {}),
    confirmTimeoutMs: seconds('confirm-timeout', flags['confirm-timeout'], '10'),
    keepBlankLines: flags['keep-blank-lines'] === true,
    containerFilters: containerFilters(flags),
    includeStopped: flags['include-stopped'] === true,
    settleMs: pause('settle', flags.settle, '10'),
    lingerMs: pause('linger', flags.linger, '60'),
    vocabulary: vocabularyOf(flags),
  } satisfies Settings);
}

/**
 * The settings that all jobs of a process share.
 *
 * @throws TsgenError `usage` for an event filter that is none.
 */
export function processSettings(flags: FlagValues, cwd: string): ProcessSettings {
  const { tlscacert, tlscert, tlskey, tlsverify } = flags;
  return {
    ...(flags.endpoint ? { endpoint: flags.endpoint } : {}),
    tls: {
      ...(tlscacert ? { ca: resolve(cwd, tlscacert) } : {}),
      ...(tlscert ? { cert: resolve(cwd, tlscert) } : {}),
      ...(tlskey ? { key: resolve(cwd, tlskey) } : {}),
      ...(tlsverify === undefined ? {} : { verify: tlsverify }),
    },
    confirmEmptyMs: pause('confirm-empty', flags['confirm-empty'], '5'),
    eventFilters: parseFilters('event-filter', flags['event-filter'] ?? []),
    logLevel: (flags['log-level'] ?? 'info') as LogLevel,
    logFormat: flags['log-format'] === 'json' ? 'json' : 'text',
  };
}

/** @throws TsgenError `usage` for a vocabulary that there is not. */
export function vocabularyOf(flags: Pick<FlagValues, 'compat' | 'allow-raw'>): Vocabulary {
  const { compat = '' } = flags;
  if (compat !== '' && compat !== 'dockercloud') {
    throw usage(`--compat takes dockercloud; it got '${compat}'.`);
  }
  return Object.freeze({
    dockercloud: compat === 'dockercloud',
    allowsRaw: flags['allow-raw'] === true,
  });
}

/** Where nginx-proxy looks for the networks that count. */
const NGINX_LABEL: ProxySelector = {
  kind: 'label',
  key: 'com.github.nginx-proxy.nginx-proxy.nginx',
};

/**
 * The proxy of a command line for docker-gen: the container with nginx-proxy's label, else the one
 * that it tells. Without either, and where a proxy is run here, there is none.
 */
function toldProxy(flags: FlagValues, labelled: string | undefined): ProxySelector | undefined {
  if (flags.exec !== undefined) return undefined;
  const names = [...(flags['notify-sighup'] ?? []), ...(flags['notify-container'] ?? [])];
  const { label = [] } = parseFilters('notify-filter', flags['notify-filter'] ?? []);
  const told = [...names, ...label.map((one) => `label=${one}`)].map(parseProxySelector);
  if (labelled !== undefined) return { kind: 'first', of: [parseProxySelector(labelled), ...told] };
  return told.length === 0 ? undefined : { kind: 'first', of: [NGINX_LABEL, ...told] };
}

/** What a proxy that runs as a child process does not go with. */
function refuseExec(flags: FlagValues, mode: Settings['mode'], destination: string): void {
  if (flags.proxy !== undefined) {
    throw usage(
      '--exec runs the proxy here, --proxy names one in another container. Leave one out.',
    );
  }
  if (mode === 'once') {
    throw usage('--exec runs for as long as tsgen watches: add --watch, or leave --once out.');
  }
  if (destination === '') throw usage('--exec needs a file that the proxy reads: give --dest.');
}

/** As in docker-gen, published goes before exposed, and both give way to filters of that key. */
function containerFilters(flags: FlagValues): Filters {
  const given = parseFilters('container-filter', flags['container-filter'] ?? []);
  const key = flags['only-published'] ? 'publish' : flags['only-exposed'] ? 'expose' : undefined;
  const filters = key === undefined || given[key] ? given : { ...given, [key]: ['1-65535'] };
  // What can never be meant is said before anything begins.
  readContainerFilters(filters);
  return filters;
}

const SIGNALLING = ['notify-sighup', 'notify-container', 'notify-filter'] as const;

/** In docker-gen's order: the command, the containers, then those that fit filters. An empty `--notify` tells nobody. */
function notifications(
  { flags, standIn, notifyContainers = new Map() }: SettingsInput,
  implied: string | undefined,
): readonly Notification[] {
  const told: Notification[] = [];
  // In docker-gen's form, whoever says whom to signal has said all.
  const signals = SIGNALLING.some((name) => (flags[name] ?? []).length > 0);
  const command = flags.notify ?? (signals && standIn ? undefined : implied);
  if (command) told.push({ kind: 'command', command });
  for (const container of flags['notify-sighup'] ?? []) {
    told.push({ kind: 'signal', container, signal: 1 });
  }
  const signal = signalNumber(flags['notify-signal']);
  for (const container of flags['notify-container'] ?? []) {
    told.push({ kind: 'signal', container, signal });
  }
  for (const [container, own] of notifyContainers) {
    told.push({ kind: 'signal', container, signal: signalNumber(String(own)) });
  }
  const filters = parseFilters('notify-filter', flags['notify-filter'] ?? []);
  if (Object.keys(filters).length > 0) told.push({ kind: 'signal-matching', filters, signal });
  return told;
}

function signalNumber(value = '1'): number {
  const signal = Number(value);
  if (/^-?\d+$/.test(value) && (signal === -1 || (signal >= 1 && signal <= 64))) return signal;
  throw usage(
    `--notify-signal takes a number from 1 to 64, or -1 for a restart; it got '${value}'.`,
  );
}

function interval(value = '0'): number | undefined {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 2_000_000) return number > 0 ? number * 1_000 : undefined;
  throw usage(`--interval takes whole seconds, at most 2000000, or 0 for off; it got '${value}'.`);
}

function seconds(name: string, given: string | undefined, otherwise = '30'): number {
  const value = given ?? otherwise;
  const number = Number(value);
  if (value.trim() !== '' && number > 0 && number <= 3_600) return number * 1_000;
  throw usage(`--${name} takes seconds, more than 0 and at most 3600; it got '${value}'.`);
}

/** In milliseconds; 0 is off. */
function pause(name: string, given: string | undefined, otherwise: string): number {
  const value = given ?? otherwise;
  return Number(value) === 0 && value.trim() !== '' ? 0 : seconds(name, value);
}

function usage(message: string): TsgenError {
  return new TsgenError('usage', message);
}
