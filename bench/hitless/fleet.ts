import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Workspace } from '../../test/support/workspace.ts';
import type { Ending } from './attribute.ts';

export interface Replica {
  /** Of its container. */
  readonly name: string;
  /** What it calls itself. */
  readonly hostname: string;
  readonly server: string;
}

export interface FleetOptions {
  readonly network: string;
  readonly image: string;
  /** Absent: its replicas are of no site. */
  readonly host?: string;
  /** Is told what is done to which replica. */
  readonly note: (text: string) => void;
}

const PORT = 8080;
/** What `docker stop` gives a container before it is killed, unless it is told otherwise. */
const STOP_SECONDS = 10;
/** For so long a replica goes on to serve once it was told to stop; so long may a reload take. */
const LINGER_MS = 5_000;
const PROGRAM = resolve('bench/hitless/replica.mjs');

/** The replicas of the service, and how each of them ended. */
export class Fleet {
  readonly #workspace: Workspace;
  readonly #options: FleetOptions;
  readonly #endings: Ending[] = [];
  #replicas: readonly Replica[] = [];
  #count = 0;

  constructor(workspace: Workspace, options: FleetOptions) {
    this.#workspace = workspace;
    this.#options = options;
  }

  /** Those that run and were not told to stop; the oldest first. */
  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Of those that ended without being told to. */
  get endings(): readonly Ending[] {
    return this.#endings;
  }

  /** Starts as many at once. */
  async start(
    count: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<readonly Replica[]> {
    const started = await Promise.all(Array.from({ length: count }, () => this.#start(env)));
    this.#replicas = [...this.#replicas, ...started];
    return started;
  }

  async #start(env: Readonly<Record<string, string>>): Promise<Replica> {
    const { network, image, host } = this.#options;
    this.#count += 1;
    const hostname = `${host === undefined ? 'beside' : 'web'}${this.#count}`;
    const name = await this.#workspace.run(hostname, image, {
      network,
      env: {
        ...(host === undefined ? {} : { VIRTUAL_HOST: host, VIRTUAL_PORT: String(PORT) }),
        ...{ PORT: String(PORT), WARM_MS: '500', WORK_MS: '250' },
        ...{ LINGER_MS: String(LINGER_MS), ...env },
      },
      args: [
        `--volume=${PROGRAM}:/replica.mjs:ro`,
        ...['--health-cmd=test -e /tmp/ready', '--health-interval=3s', '--health-timeout=10s'],
      ],
      command: ['node', '/replica.mjs'],
    });
    const { NetworkSettings } = await this.#workspace.engine.inspect(name);
    const address = NetworkSettings.Networks[network]?.IPAddress ?? '';
    const server = `${address}:${PORT}`;
    this.#options.note(`${hostname} (${server}) runs`);
    return { name, hostname, server };
  }

  /** As `docker stop` does: TERM, and KILL when the time is over. */
  async stop(replicas: readonly Replica[]): Promise<void> {
    this.#remove(replicas);
    await Promise.all(
      replicas.map(async ({ name, hostname }) => {
        this.#options.note(`${hostname} is told to stop`);
        await this.#workspace.engine.docker(['stop', `--time=${STOP_SECONDS}`, name]);
        this.#options.note(`${hostname} has stopped`);
      }),
    );
  }

  /** Without a warning. */
  async kill(replica: Replica): Promise<void> {
    this.#remove([replica]);
    const from = Date.now();
    this.#options.note(`${replica.hostname} is killed`);
    await this.#workspace.engine.docker(['kill', replica.name]);
    await this.#ended(replica, from);
  }

  /** Waits until one that ends by itself has done so. */
  async dies(replica: Replica): Promise<void> {
    const { engine } = this.#workspace;
    await engine.docker(['wait', replica.name]);
    this.#remove([replica]);
    const said = (await engine.logs(replica.name)).join('\n');
    await this.#ended(replica, Number(/dying at (\d+)/.exec(said)?.[1]));
  }

  async #ended({ name, hostname, server }: Replica, from: number): Promise<void> {
    const { engine } = this.#workspace;
    for (;;) {
      const format = '{{.State.Running}} {{.State.FinishedAt}}';
      const [running, at = ''] = (
        await engine.docker(['inspect', `--format=${format}`, name])
      ).split(' ');
      if (running === 'false') {
        const to = Date.parse(at);
        this.#options.note(`${hostname} ended between ${timeOf(from)} and ${timeOf(to)}`);
        this.#endings.push({ container: name, server, from, to });
        return;
      }
      await delay(50);
    }
  }

  #remove(gone: readonly Replica[]): void {
    this.#replicas = this.#replicas.filter((replica) => !gone.includes(replica));
  }
}

/** As the logs of tsgen have it. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
