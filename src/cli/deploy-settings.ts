import { TsgenError } from '../base/errors.ts';
import type { ListenOn } from '../deploy/hook-server.ts';
import { isRepository } from '../deploy/names.ts';
import type { ReplaceLimits } from '../deploy/replace-replica.ts';
import { isUsableSecret, MIN_SECRET } from '../deploy/secret.ts';
import type { DeployFlags } from './deploy-command.ts';

/** What `tsgen deploy-hook` is to do. */
export interface DeploySettings {
  readonly listen: ListenOn;
  readonly repositories: ReadonlySet<string>;
  readonly callbackHosts: ReadonlySet<string>;
  readonly parallel: number;
  readonly pullMs: number;
  readonly limits: ReplaceLimits;
}

/** A container without a health check has to stay up for so long. */
const SETTLE_MS = 5_000;

/** @throws TsgenError `usage` */
export function deploySettings(flags: DeployFlags): DeploySettings {
  const repositories = flags.repository ?? [];
  if (repositories.length === 0) {
    throw usage('Name at least one repository whose pushes count: --repository team/web.');
  }
  for (const name of repositories) {
    if (isRepository(name)) continue;
    throw usage(
      `--repository takes a name in lower case, without host and tag, such as team/web; it got '${name}'.`,
    );
  }
  return {
    listen: listenOn(flags.listen),
    repositories: new Set(repositories),
    callbackHosts: new Set((flags.callbackHost ?? []).map(callbackHost)),
    parallel: wholeNumber('parallel', flags.parallel, 100),
    pullMs: seconds('pull-timeout', flags.pullTimeout),
    limits: {
      healthyMs: seconds('healthy-timeout', flags.healthyTimeout),
      drainMs: seconds('drain-timeout', flags.drainTimeout),
      settleMs: SETTLE_MS,
    },
  };
}

/** @throws TsgenError `config` for a secret that is none. It is not part of the message. */
export function usableSecret(text: string): string {
  const secret = text.trim();
  if (isUsableSecret(secret)) return secret;
  const what = secret === '' ? 'There is no secret for the web hook' : 'The secret cannot be used';
  throw new TsgenError(
    'config',
    `${what}: give at least ${MIN_SECRET} letters, digits and characters of - . _ ~ in TSGEN_DEPLOY_SECRET or the file of --secret-file, such as those that openssl rand -hex 32 prints.`,
  );
}

function listenOn(text: string): ListenOn {
  const [, host, digits = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw usage(`--listen takes PORT or HOST:PORT; it got '${text}'.`);
  }
  return { port, ...(host === undefined ? {} : { host: host.replace(/^\[|\]$/g, '') }) };
}

/** As a URL has it: in lower case, and without the port that https has anyway. */
function callbackHost(text: string): string {
  const url = URL.canParse(`https://${text}/`) ? new URL(`https://${text}/`) : undefined;
  if (url && url.pathname === '/' && url.username === '' && url.search === '' && url.hash === '') {
    return url.host;
  }
  throw usage(`--callback-host takes a host, or HOST:PORT; it got '${text}'.`);
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw usage(`--${name} takes a whole number from 1 to ${max}; it got '${text}'.`);
}

/** In milliseconds. */
function seconds(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number > 0 && number <= 86_400) return number * 1_000;
  throw usage(`--${name} takes seconds, more than 0 and at most 86400; it got '${text}'.`);
}

function usage(message: string): TsgenError {
  return new TsgenError('usage', message);
}
