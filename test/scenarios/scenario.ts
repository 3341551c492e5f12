import type { Covered } from './reference.ts';
import type { Scene } from './scene.ts';

/** The proxies that the scenarios are about. */
export type ProxyKind = 'nginx' | 'httpd' | 'haproxy';

export const GROUPS = [
  'hosts',
  'paths',
  'ports',
  'multiports',
  'networks',
  'protocols',
  'headers',
  'auth',
  'tls',
  'hooks',
  'logs',
  'fallback',
  'keepalive',
  'balance',
  'load',
  'dockercloud',
  'debug',
  'acme',
  'events',
] as const;

export type Group = (typeof GROUPS)[number];

/** What a user does and what he then sees, in words that know no proxy. */
export interface Scenario {
  readonly group: Group;
  /** A sentence that says what holds. Unique. */
  readonly name: string;
  /** The settings, files and rules that it shows at work. */
  readonly covers: readonly Covered[];
  /** Scenarios with the same one share a running proxy: each has hosts of its own. */
  readonly proxy: ProxySetup;
  /** By the name that they answer by. All are started before the first step. */
  readonly containers?: Readonly<Record<string, ContainerSpec>>;
  /** Put into the proxy's folders before the containers start. */
  readonly files?: Files;
  readonly steps: readonly Step[];
  /** The proxies for which it does not hold, with the reason. */
  readonly except?: Readonly<Partial<Record<ProxyKind, string>>>;
  /** The proxies that do something else, with the reason, and what is done and seen there instead. */
  readonly limits?: Readonly<Partial<Record<ProxyKind, Limit>>>;
}

export interface Limit {
  readonly reason: string;
  readonly steps: readonly Step[];
}

/**
 * One thing to do or to see. What is to be seen may take a moment: a step waits for it, with a
 * deadline, and throws when it did not come.
 */
export type Step = (scene: Scene) => Promise<void>;

/** A proxy's own settings: what an operator sets once. */
export interface ProxySetup {
  /** Unique; fit for names. */
  readonly name: string;
  /** `{port:NAME}` in a value is a free port of this machine. */
  readonly env?: Readonly<Record<string, string | InEachLanguage>>;
  /** `main` if absent. */
  readonly networks?: readonly NetworkKey[] | 'host';
  /** There before the proxy starts. */
  readonly files?: Files;
  /** tsgen in a container of its own beside the proxy; in the proxy's own one if absent. */
  readonly isApart?: boolean;
}

/**
 * Networks, each of which sorts by this name:
 *
 * - `apart`: no proxy is on it.
 * - `internal`: without a way to the outside.
 * - `main`: with private addresses.
 * - `outside`: with addresses that are not private. A client that comes over it comes from afar.
 * - `second`: one more with private addresses.
 * - `six`: with IPv6 addresses too.
 */
export const NETWORKS = ['apart', 'internal', 'main', 'outside', 'second', 'six'] as const;

export type NetworkKey = (typeof NETWORKS)[number];

export interface ContainerSpec {
  /** `backend` if absent; `fastcgi` is php-fpm on port 9000, `uwsgi` is uWSGI on ports 3030 and 3031. */
  readonly role?: 'backend' | 'fastcgi' | 'uwsgi';
  /** A back end's servers, such as `http:80,https:443`; `http:80` if absent. */
  readonly listen?: string;
  /** TCP ports that it exposes. */
  readonly expose?: readonly number[];
  /** `{port:NAME}` in a value is a free port of this machine. */
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** `main` if absent. */
  readonly networks?: readonly NetworkKey[] | 'host';
  /** With a health check: it is starting until a step makes it healthy. */
  readonly hasHealthCheck?: boolean;
  /** It goes on after it was told to stop, until it is killed. */
  readonly ignoresStop?: boolean;
  /** Seconds that it serves on after it was told to stop, as a server behind a proxy should; 0 if absent. */
  readonly servesOn?: number;
  /** The proxy's operator has left it out, by a filter. */
  readonly isFiltered?: boolean;
  /** False: a step starts it. */
  readonly isStarted?: boolean;
}

/**
 * By path below the proxy's folder: `certs/NAME.crt`, `certs/NAME.key`, `htpasswd/HOST`,
 * `vhost.d/HOST`; in a setup also `proxy.conf` and the like, and absolute paths.
 */
export type Files = Readonly<Record<string, FileContent>>;

/** Text, how it is made, or text in the language of each proxy. */
export type FileContent = string | ((scene: FileMaker) => Promise<string>) | InEachLanguage;

/** What means the same to each proxy; one that is left out does without the file. */
export type InEachLanguage = Readonly<Partial<Record<ProxyKind, string>>>;

/** The text of a file for a kind of proxy, if it has one. */
export async function contentFor(
  kind: ProxyKind,
  content: FileContent,
  maker: FileMaker,
): Promise<string | undefined> {
  if (typeof content === 'string') return content;
  return typeof content === 'function' ? await content(maker) : content[kind];
}

/** What files are made with. */
export type FileMaker = Pick<Scene, 'pki' | 'resolve'>;
