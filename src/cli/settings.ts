import { resolve } from 'node:path';
import { TsgenError } from '../base/errors.ts';
import type { LogLevel } from '../base/log.ts';
import type { Notification } from '../output/notify.ts';
import { PROXY_BY_TEMPLATE } from '../proxies/index.ts';
import { type ProxySelector, parseProxySelector } from '../proxies/select.ts';
import type { FlagValues } from './flags.ts';

/** Everything that a run needs to know, decided once. */
export interface Settings {
  readonly mode: 'watch' | 'once';
  /** As the user named it. */
  readonly template: string;
  /** Absolute; '' is standard output. */
  readonly destination: string;
  readonly proxy?: ProxySelector;
  /** As the user wrote it; '' when none was named. */
  readonly proxySelector: string;
  readonly check?: string;
  readonly checkTimeoutMs: number;
  readonly notifications: readonly Notification[];
  readonly notifyTimeoutMs: number;
  readonly keepBlankLines: boolean;
  readonly endpoint?: string;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

export interface SettingsInput {
  readonly flags: FlagValues;
  /** `[template, dest]` of docker-gen's own form. */
  readonly operands: readonly string[];
  readonly cwd: string;
}

/**
 * Flags and operands → settings. There are two forms: `--template` watches and, unless `--dest` is
 * given, takes what a bundled template's name implies; docker-gen's `template [dest]` renders once
 * unless `--watch`, to standard output unless `dest`.
 *
 * @throws TsgenError `usage` that says which flags do not go together or which value is wrong.
 */
export function resolveSettings({ flags, operands, cwd }: SettingsInput): Settings {
  const [operand, operandDest] = operands;
  const template = flags.template ?? operand;
  if (template === undefined || template === '') {
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
  const watching = flags.template === undefined ? flags.watch === true : flags.once !== true;
  const dest = flags.dest ?? operandDest;
  const implied =
    flags.template !== undefined && dest === undefined
      ? PROXY_BY_TEMPLATE.get(template)
      : undefined;
  const destination = dest ?? implied?.destination ?? '';
  const check = flags.check ?? implied?.checkCommand;
  if (check?.includes('{file}') && destination === '') {
    throw usage('--check needs a destination to check for: give --dest.');
  }
  return Object.freeze({
    mode: watching ? 'watch' : 'once',
    template,
    destination: destination === '' ? '' : resolve(cwd, destination),
    ...(flags.proxy ? { proxy: parseProxySelector(flags.proxy) } : {}),
    proxySelector: flags.proxy ?? '',
    ...(check ? { check } : {}),
    checkTimeoutMs: seconds('check-timeout', flags['check-timeout']),
    notifications: notifications(flags, implied?.notifyCommand),
    notifyTimeoutMs: seconds('notify-timeout', flags['notify-timeout']),
    keepBlankLines: flags['keep-blank-lines'] === true,
    ...(flags.endpoint ? { endpoint: flags.endpoint } : {}),
    logLevel: (flags['log-level'] ?? 'info') as LogLevel,
    logFormat: flags['log-format'] === 'json' ? 'json' : 'text',
  } satisfies Settings);
}

/** In docker-gen's order: the command, then the containers. An empty `--notify` tells nobody. */
function notifications(flags: FlagValues, implied: string | undefined): readonly Notification[] {
  const told: Notification[] = [];
  const command = flags.notify ?? implied;
  if (command) told.push({ kind: 'command', command });
  for (const container of flags['notify-sighup'] ?? []) {
    told.push({ kind: 'signal', container, signal: 1 });
  }
  const signal = signalNumber(flags['notify-signal']);
  for (const container of flags['notify-container'] ?? []) {
    told.push({ kind: 'signal', container, signal });
  }
  return told;
}

function signalNumber(value = '1'): number {
  const signal = Number(value);
  if (/^-?\d+$/.test(value) && (signal === -1 || (signal >= 1 && signal <= 64))) return signal;
  throw usage(
    `--notify-signal takes a number from 1 to 64, or -1 for a restart; it got '${value}'.`,
  );
}

function seconds(name: string, value = '30'): number {
  const number = Number(value);
  if (value.trim() !== '' && number > 0 && number <= 3_600) return number * 1_000;
  throw usage(`--${name} takes seconds, more than 0 and at most 3600; it got '${value}'.`);
}

function usage(message: string): TsgenError {
  return new TsgenError('usage', message);
}
