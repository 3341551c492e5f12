import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BY_ENGINE } from './soon.ts';

const execute = promisify(execFile);

/** What runc says when it has given up. */
const NOT_FROZEN = 'unable to freeze';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What `docker inspect` says of a container, as far as tests look at it. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Hostname: string; readonly Env: readonly string[] };
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Pid: number;
    readonly Health?: { readonly Status: string };
  };
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string }[];
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
    readonly Networks: Readonly<
      Record<string, { readonly IPAddress: string; readonly GlobalIPv6Address: string }>
    >;
  };
}

/** An engine, spoken to through the docker command: what a person would type. */
export class Engine {
  /** As in `DOCKER_HOST`. */
  readonly host: string;
  readonly #programs: string | undefined;

  /** `programs`: the folder of a docker command that goes before the machine's own. */
  constructor(host: string, programs?: string) {
    this.host = host;
    this.#programs = programs;
  }

  /** The engine that the docker command means here: `DOCKER_HOST`, else its context's. */
  static async ofThisMachine(): Promise<Engine> {
    const { stdout } = await execute('docker', [
      'context',
      'inspect',
      '--format',
      '{{.Endpoints.docker.Host}}',
    ]);
    return new Engine(process.env.DOCKER_HOST || stdout.trim());
  }

  /** For child processes: this engine, and BuildKit also with clients that are not that far. */
  get env(): NodeJS.ProcessEnv {
    const { DOCKER_TLS_VERIFY, ...rest } = process.env;
    const tls = this.host.startsWith('tcp:') && DOCKER_TLS_VERIFY ? { DOCKER_TLS_VERIFY } : {};
    const path = withPrograms(this.#programs);
    return { ...rest, ...tls, PATH: path, DOCKER_HOST: this.host, DOCKER_BUILDKIT: '1' };
  }

  /** Where the engine listens on this machine, for those that take a path. */
  get socketPath(): string {
    if (this.host.startsWith('unix://')) return this.host.slice('unix://'.length);
    throw new Error(
      `The tests put the engine's socket into containers and before a proxy, and ${this.host} is none: set DOCKER_HOST to unix://PATH.`,
    );
  }

  /**
   * Runs `docker ARGS` to its end.
   *
   * @returns what it wrote to standard output, without white space around it.
   * @throws Error with what it wrote to standard error.
   */
  async docker(args: readonly string[], options: DockerOptions = {}): Promise<string> {
    const { timeoutMs = 120_000, env = {} } = options;
    const running = execute('docker', [...args], {
      env: { ...this.env, ...env },
      maxBuffer: MAX_OUTPUT_BYTES,
      timeout: timeoutMs,
    });
    // What ends before it has read all says why by its exit code, not by a broken pipe.
    running.child.stdin?.on('error', () => undefined).end(options.input ?? '');
    try {
      const { stdout } = await running;
      return stdout.trim();
    } catch (error) {
      const { stderr, killed } = error as { stderr?: string; killed?: boolean };
      const why = killed ? `it took more than ${timeoutMs} ms` : stderr?.trim() || String(error);
      throw new Error(`docker ${args.join(' ')} failed: ${why}`, { cause: error });
    }
  }

  /**
   * Pauses a container. With control groups of version 1 the engine gives up after a fraction of a second
   * when the processes in it were not scheduled by then, as they have to be in order to freeze: on a busy
   * machine it has to be asked again.
   *
   * @throws Error when it refuses for another reason, or still after a minute.
   */
  async pause(container: string): Promise<void> {
    for (const end = performance.now() + BY_ENGINE.timeout; ; await delay(BY_ENGINE.interval)) {
      try {
        await this.docker(['pause', container]);
        return;
      } catch (error) {
        if (!String(error).includes(NOT_FROZEN) || performance.now() > end) throw error;
      }
    }
  }

  async inspect(container: string): Promise<InspectedContainer> {
    const [found] = JSON.parse(await this.docker(['container', 'inspect', container])) as [
      InspectedContainer,
    ];
    return found;
  }

  /** What a container wrote so far, line by line, standard error included. */
  async logs(container: string): Promise<readonly string[]> {
    const line = 'docker logs "$1" 2>&1';
    const { stdout } = await execute('sh', ['-c', line, 'sh', container], {
      env: this.env,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    return stdout.split('\n').filter((text) => text !== '');
  }
}

/** `PATH` with a folder before all others. */
export function withPrograms(folder: string | undefined): string | undefined {
  const { PATH } = process.env;
  return folder === undefined ? PATH : `${folder}:${PATH}`;
}

export interface DockerOptions {
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads from standard input. */
  readonly input?: string;
}
