import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { composeEnv, composeWords } from './next-steps.ts';
import { type ListedReplica, parseInspected } from './replicas.ts';
import type { Settings } from './settings.ts';

/** A docker command that failed, with everything that it wrote. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
  readonly output: string;

  constructor(message: string, output: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.output = output;
  }
}

/** What happened to a container. */
export interface ContainerEvent {
  readonly action: string;
  readonly id: string;
}

/** The stack as the demo uses it. */
export interface DemoStack {
  build(onLine: (line: string) => void): Promise<void>;
  up(
    replicas: number,
    options: { readonly keep: boolean },
    onLine: (line: string) => void,
  ): Promise<void>;
  replicas(): Promise<readonly ListedReplica[]>;
  log(services: readonly string[], lines: number): Promise<readonly string[]>;
  events(signal: AbortSignal): AsyncIterable<ContainerEvent>;
}

export interface StackOptions {
  readonly settings: Settings;
  /** The repository's folder. */
  readonly root: string;
  /** Ends whatever command runs. */
  readonly signal: AbortSignal;
}

const SERVICE = 'web';
const BUILD_LIMIT_MS = 20 * 60_000;
const UP_LIMIT_MS = 4 * 60_000;
const LOOK_LIMIT_MS = 30_000;

/** The demo's stack, through the docker command. */
export class Stack implements DemoStack {
  readonly #settings: Settings;
  readonly #root: string;
  readonly #signal: AbortSignal;

  constructor({ settings, root, signal }: StackOptions) {
    this.#settings = settings;
    this.#root = root;
    this.#signal = signal;
  }

  /** @throws DockerError with the build's output */
  async build(onLine: (line: string) => void): Promise<void> {
    await this.#compose(['build'], BUILD_LIMIT_MS, onLine);
  }

  /**
   * Starts the stack with so many replicas, or changes their number, and waits until all that
   * have a health check are healthy and those that are too many have ended.
   *
   * @throws DockerError
   */
  async up(
    replicas: number,
    { keep }: { readonly keep: boolean },
    onLine: (line: string) => void,
  ): Promise<void> {
    const args = ['up', '--detach', '--wait'];
    if (keep) args.push('--no-recreate');
    args.push('--scale', `${SERVICE}=${replicas}`);
    await this.#compose(args, UP_LIMIT_MS, onLine);
  }

  /** The service's containers, those that have ended included. */
  async replicas(): Promise<ListedReplica[]> {
    return parseInspected(await this.#inspect(SERVICE));
  }

  /** Whether this stack's proxy is the one that has the port. */
  async holdsPort(): Promise<boolean> {
    const proxies = JSON.parse(await this.#inspect('proxy')) as readonly {
      readonly State: { readonly Running: boolean };
      readonly HostConfig: {
        readonly PortBindings?: Readonly<Record<string, readonly { HostPort: string }[] | null>>;
      };
    }[];
    return proxies.some(
      ({ State, HostConfig }) =>
        State.Running &&
        Object.values(HostConfig.PortBindings ?? {})
          .flatMap((bindings) => bindings ?? [])
          .some(({ HostPort }) => HostPort === String(this.#settings.port)),
    );
  }

  /** The last lines of each service's log. */
  async log(services: readonly string[], lines: number): Promise<string[]> {
    const args = ['logs', '--no-color', '--tail', String(lines), ...services];
    const text = await this.#compose(args, LOOK_LIMIT_MS);
    // Compose erases lines even where it may not use colours.
    return stripVTControlCharacters(text)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** What happens to the service's containers from now on; ends when the signal aborts. */
  async *events(signal: AbortSignal): AsyncGenerator<ContainerEvent> {
    const args = ['events', '--filter', 'type=container', '--format', '{{json .}}'];
    const process = execa('docker', [...args, ...this.#filters(SERVICE)], {
      cancelSignal: signal,
      stdin: 'ignore',
      reject: false,
      buffer: false,
    });
    for await (const line of process.iterable()) {
      const { Action, Actor } = JSON.parse(line) as {
        readonly Action: string;
        readonly Actor: { readonly ID: string };
      };
      yield { action: Action, id: Actor.ID };
    }
  }

  /** Again where a container went away between the two commands. */
  async #inspect(service: string, attempts = 3): Promise<string> {
    const ids = await this.#docker(['ps', '-aq', '--no-trunc', ...this.#filters(service)]);
    if (ids.trim() === '') return '[]';
    try {
      return await this.#docker(['inspect', '--type', 'container', ...ids.trim().split('\n')]);
    } catch (error) {
      const vanished = error instanceof DockerError && /no such container/i.test(error.output);
      if (!vanished || attempts <= 1) throw error;
      return await this.#inspect(service, attempts - 1);
    }
  }

  #filters(service: string): string[] {
    return [
      `com.docker.compose.project=${this.#settings.project}`,
      `com.docker.compose.service=${service}`,
      'com.docker.compose.oneoff=False',
    ].flatMap((label) => ['--filter', `label=${label}`]);
  }

  async #compose(args: string[], limitMs: number, onLine?: (line: string) => void) {
    const [, ...words] = composeWords(this.#settings);
    return await this.#docker(
      [...words, '--ansi', 'never', '--progress', 'plain', ...args],
      limitMs,
      onLine,
    );
  }

  /** Standard output, or with `onLine` both outputs. */
  async #docker(
    args: readonly string[],
    limitMs = LOOK_LIMIT_MS,
    onLine?: (line: string) => void,
  ): Promise<string> {
    const process = execa('docker', args, {
      cwd: this.#root,
      env: composeEnv(this.#settings),
      cancelSignal: this.#signal,
      timeout: limitMs,
      stdin: 'ignore',
      reject: false,
      all: true,
    });
    if (onLine) {
      for await (const line of process.iterable({ from: 'all' })) onLine(line);
    }
    const result = await process;
    this.#signal.throwIfAborted();
    if (!result.failed) return onLine ? result.all : result.stdout;
    const why = result.timedOut
      ? `did not end within ${limitMs / 1000} s`
      : `failed: ${result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`}`;
    throw new DockerError(`docker ${args.join(' ')} ${why}`, result.all, { cause: result.cause });
  }
}
