import type { CertifiedKey, Pki } from '../support/pki.ts';
import { type Exchange, exchange, type Outcome } from './exchange.ts';
import type { ProxyUnderTest } from './proxies/proxy-under-test.ts';
import {
  type ContainerSpec,
  contentFor,
  type Files,
  type NetworkKey,
  type Scenario,
} from './scenario.ts';
import type { Surroundings } from './surroundings.ts';

/** A request as a scenario words it. */
export interface Request {
  /**
   * Scheme, host as the Host header has it, port where it is not the usual one, target as the request
   * line has it. `{port:NAME}` is a free port.
   */
  readonly url: string;
  /** `GET` if absent. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isHttp2?: boolean;
  /** The network over which it reaches the proxy; `main` if absent. */
  readonly over?: NetworkKey;
  /** IP version; 4 if absent. */
  readonly family?: 4 | 6;
  /** Server name of the handshake, the URL's host if absent; '' sends none. */
  readonly serverName?: string;
  /** Common name of the client's certificate, which is made for it. */
  readonly client?: string;
  readonly maxVersion?: 'TLSv1.2';
  readonly ciphers?: string;
  readonly asksOcsp?: boolean;
  /** Written before anything else. */
  readonly preamble?: string;
}

/** One scenario on one proxy while it runs: what its steps act on. */
export class Scene {
  readonly proxy: ProxyUnderTest;
  readonly pki: Pki;
  readonly #scenario: Scenario;
  readonly #around: Surroundings;
  /** Unique among the scenarios of a run. */
  readonly #id: string;
  readonly #cleanups: (() => Promise<unknown>)[] = [];

  constructor(scenario: Scenario, proxy: ProxyUnderTest, around: Surroundings, id: string) {
    this.proxy = proxy;
    this.pki = around.pki;
    this.#scenario = scenario;
    this.#around = around;
    this.#id = id;
  }

  /** Free ports in place of `{port:NAME}`, this machine's address in place of `{host}`. */
  async resolve(text: string): Promise<string> {
    return await this.#around.resolve(text);
  }

  /** Puts the files there, starts the containers and waits until the proxy was told. */
  async set(): Promise<void> {
    await this.write(this.#scenario.files ?? {});
    const specs = Object.entries(this.#scenario.containers ?? {});
    await Promise.all(specs.map(([name, spec]) => this.#provide(name, spec)));
    await this.proxy.settle();
  }

  /** What is to be undone when the scenario is over. */
  defer(cleanup: () => Promise<unknown>): void {
    this.#cleanups.push(cleanup);
  }

  /** Undoes what has to be undone. Its containers are still there. */
  async undo(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  /** Removes its containers. The proxy goes on with the others. */
  async strike(): Promise<void> {
    const names = Object.keys(this.#scenario.containers ?? {}).map((name) => this.container(name));
    if (names.length > 0) await this.docker('rm', '-f', '-v', ...names);
  }

  async write(files: Files): Promise<void> {
    for (const [file, content] of Object.entries(files)) {
      const text = await contentFor(this.proxy.kind, content, this);
      if (text !== undefined) await this.proxy.write(file, text);
    }
  }

  /** Full name of one of its containers. */
  container(name: string): string {
    return this.#around.workspace.name(this.#part(name));
  }

  async network(key: NetworkKey): Promise<string> {
    return await this.#around.network(key);
  }

  /** Runs `docker ARGS` and returns what it wrote. */
  async docker(...args: readonly string[]): Promise<string> {
    return await this.#around.workspace.engine.docker(args);
  }

  async pause(name: string): Promise<void> {
    await this.#around.workspace.engine.pause(this.container(name));
  }

  /** A container's address on a network. */
  async addressOf(name: string, key: NetworkKey = 'main', family: 4 | 6 = 4): Promise<string> {
    const { NetworkSettings } = await this.#around.workspace.engine.inspect(this.container(name));
    const found = NetworkSettings.Networks[await this.network(key)];
    return (family === 4 ? found?.IPAddress : found?.GlobalIPv6Address) ?? '';
  }

  /** Runs a command in a container of the tests' own with curl, on the main network. */
  async curl(...args: readonly string[]): Promise<string> {
    const { workspace, images } = this.#around;
    const network = await this.network('main');
    const label = Object.entries(workspace.labels).map(([key, value]) => `--label=${key}=${value}`);
    return await workspace.engine.docker([
      ...['run', '--rm', '--pull=never', `--network=${network}`, ...label],
      ...[images.peers, 'curl', '--silent', '--show-error', ...args],
    ]);
  }

  async client(subject: string): Promise<CertifiedKey> {
    return await this.pki.leaf({ names: [subject] });
  }

  /** Asks the proxy. */
  async ask(request: Request): Promise<Outcome> {
    return await exchange(await this.#exchangeOf(request));
  }

  async #exchangeOf(request: Request): Promise<Exchange> {
    const { over = 'main', family = 4, client, maxVersion, ciphers, asksOcsp } = request;
    const { isSecure, authority, host, port, target } = parseUrl(await this.resolve(request.url));
    return {
      address: this.proxy.address(over, family),
      port,
      method: request.method ?? 'GET',
      target,
      headers: { host: authority, ...request.headers },
      body: request.body ?? '',
      isHttp2: request.isHttp2 ?? false,
      preamble: request.preamble ?? '',
      ...(isSecure
        ? {
            tls: {
              ca: this.pki.ca,
              serverName: request.serverName ?? host,
              ...(client === undefined ? {} : { client: await this.client(client) }),
              ...(maxVersion === undefined ? {} : { maxVersion }),
              ...(ciphers === undefined ? {} : { ciphers }),
              ...(asksOcsp === undefined ? {} : { asksOcsp }),
            },
          }
        : {}),
    };
  }

  #part(name: string): string {
    return `${this.#id}-${name}`;
  }

  /** Starts a container, or only creates it where a step is to start it. */
  async #provide(name: string, spec: ContainerSpec): Promise<void> {
    const { workspace, images } = this.#around;
    const { role = 'backend', networks = ['main'] as const } = spec;
    const [first = 'host', ...more] =
      networks === 'host' ? ['host'] : await Promise.all(networks.map((key) => this.network(key)));
    const env = await this.#around.resolveAll({
      ANSWER_AS: name,
      ...(spec.listen === undefined ? {} : { LISTEN: spec.listen }),
      ...(spec.ignoresStop === true ? { IGNORES_STOP: 'true' } : {}),
      ...(spec.servesOn === undefined ? {} : { SERVES_ON: String(spec.servesOn) }),
      ...spec.env,
    });
    const labels = [
      ...(spec.isFiltered === true ? [] : [this.proxy.label]),
      ...Object.entries(spec.labels ?? {}).map(([key, value]) => `${key}=${value}`),
    ];
    // One command, unless it has to be on several networks before it starts.
    const isRun = spec.isStarted !== false && more.length === 0;
    const container = await workspace[isRun ? 'run' : 'create'](
      this.#part(name),
      role === 'backend' ? images.echo : images.peers,
      {
        network: first,
        env,
        args: [
          ...labels.map((label) => `--label=${label}`),
          ...(spec.expose ?? []).map((port) => `--expose=${port}`),
          ...(spec.hasHealthCheck === true ? HEALTH_CHECK : []),
          `--stop-timeout=${spec.ignoresStop === true ? 120 : (spec.servesOn ?? 0) + 1}`,
        ],
        command: role === 'uwsgi' ? UWSGI : [],
      },
    );
    for (const network of more) await this.docker('network', 'connect', network, container);
    if (!isRun && spec.isStarted !== false) await this.docker('start', container);
  }
}

/** Healthy with the file, unhealthy without it, starting before it was there once. */
const HEALTH_CHECK = [
  ...['--health-cmd=test -e /healthy', '--health-interval=1s', '--health-timeout=5s'],
  ...['--health-start-period=600s', '--health-retries=1'],
];

const UWSGI = [
  ...[
    'uwsgi',
    '--plugin=python3',
    '--socket=:3031',
    '--socket=:3030',
    '--wsgi-file=/srv/echo.py',
    '--master',
  ],
  ...['--die-on-term', '--uid=www-data', '--buffer-size=16384'],
];

/** By hand, because URL would tidy up what a scenario wants to send as it is. */
function parseUrl(url: string) {
  const [, scheme = '', authority = '', target = ''] =
    /^(https?):\/\/([^/?]*)(.*)$/.exec(url) ?? [];
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  if (scheme === '') throw new Error(`${url} is no URL for a request`);
  const isSecure = scheme === 'https';
  return {
    isSecure,
    authority,
    host,
    port: port === undefined ? (isSecure ? 443 : 80) : Number(port),
    target: target.startsWith('/') ? target : `/${target}`,
  };
}
