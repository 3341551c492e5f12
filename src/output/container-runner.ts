import { messageOf } from '../base/errors.ts';
import type { DockerApi } from '../docker/api.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ProxySelection } from '../proxies/select.ts';
import { whyAbsent } from './absent.ts';
import { complaintsIn } from './complaints.ts';
import { type FileSystem, realParentPath } from './files.ts';
import { type MountPoint, mapPath } from './mounts.ts';
import type { CommandResult, CommandRunner, RunOptions, Translation } from './runner.ts';

export interface ContainerRunnerDeps {
  readonly api: DockerApi;
  /** Asked anew for each command: the proxy's container may have been replaced. */
  readonly findProxy: () => ProxySelection;
  /** The container that tsgen runs in; `undefined` on a host. */
  readonly self: () => RuntimeContainer | undefined;
  readonly files: FileSystem;
  readonly monotonic: () => number;
  /** What to call the proxy while no container is found: the selector's text. */
  readonly selector: string;
}

/** Runs commands in the proxy's container, through the engine's exec. */
export function containerRunner(deps: ContainerRunnerDeps): CommandRunner {
  return {
    get where() {
      const proxy = deps.findProxy();
      return `container ${proxy.kind === 'selected' ? proxy.container.Name : deps.selector}`;
    },
    unavailable: () => {
      const proxy = deps.findProxy();
      return proxy.kind === 'none' ? proxy.reason : undefined;
    },
    run: async (command, options) => await runInContainer(command, options, deps),
    complaints: async (sinceMs) => await complaintsOf(sinceMs, deps),
    translate: async (path) => await translateForContainer(path, deps),
  };
}

async function runInContainer(
  command: string,
  options: RunOptions,
  deps: ContainerRunnerDeps,
): Promise<CommandResult> {
  const proxy = deps.findProxy();
  if (proxy.kind === 'none') return { kind: 'unavailable', reason: proxy.reason };
  const { ID: id, Name: name } = proxy.container;
  const started = deps.monotonic();
  try {
    const result = await deps.api.exec(id, {
      command: ['/bin/sh', '-c', command],
      timeoutMs: options.timeoutMs,
      ...(options.signal && { signal: options.signal }),
      ...(options.env && { env: options.env }),
    });
    if (result.timedOut) {
      return { kind: 'timed-out', output: result.output, afterMs: options.timeoutMs };
    }
    if (hasStopped(result.exitCode, result.output)) {
      return { kind: 'unavailable', reason: `container '${name}' is not running` };
    }
    if (shellIsMissing(result.exitCode, result.output)) {
      return {
        kind: 'failed',
        reason: `container '${name}' has no /bin/sh to run commands with (${result.output.trim()})`,
      };
    }
    const durationMs = deps.monotonic() - started;
    return { kind: 'exited', exitCode: result.exitCode, output: result.output, durationMs };
  } catch (error) {
    if (options.signal?.aborted) return { kind: 'aborted' };
    const absent = whyAbsent(error, name);
    return absent === undefined
      ? { kind: 'failed', reason: messageOf(error) }
      : { kind: 'unavailable', reason: absent };
  }
}

const LOG_LINES = 200;
/** The engine's clock need not be this one. */
const SKEW_MS = 1_000;

/** Why a reload did not work is often in the log alone; that the log cannot be had is no fault. */
async function complaintsOf(
  sinceMs: number,
  { api, findProxy }: ContainerRunnerDeps,
): Promise<readonly string[]> {
  const proxy = findProxy();
  if (proxy.kind === 'none') return [];
  const options = { sinceMs: sinceMs - SKEW_MS, lines: LOG_LINES };
  return complaintsIn(await api.containerLogs(proxy.container.ID, options).catch(() => ''));
}

/**
 * The runtime's own words for a container that ends while the engine begins the command: it had ended, or
 * the process did whose namespaces the command was to enter, or what was to begin the command was ended with it.
 */
function hasStopped(exitCode: number, output: string): boolean {
  return (
    exitCode >= 126 &&
    /OCI runtime exec failed.*( in a stopped container|setns process|init-p: (?:broken pipe|connection reset))/.test(
      output,
    )
  );
}

/** The runtime's own words: a shell that runs but does not find a command says it otherwise. */
function shellIsMissing(exitCode: number, output: string): boolean {
  return (
    (exitCode === 126 || exitCode === 127) &&
    /(OCI runtime exec failed|exec: "\/bin\/sh"|timeout: .*\/bin\/sh)/.test(output)
  );
}

async function translateForContainer(
  path: string,
  deps: ContainerRunnerDeps,
): Promise<Translation> {
  const proxy = deps.findProxy();
  if (proxy.kind === 'none') return { kind: 'unavailable', reason: proxy.reason };
  const own = deps.self()?.Mounts;
  const real = await realParentPath(deps.files, path);
  const mounts = proxy.container.Mounts;
  return mapPath(real, {
    ...(own && { own }),
    // On a host the proxy's sources can be followed as our path was; from a container they cannot.
    proxy: own
      ? mounts
      : await Promise.all(mounts.map((mount) => withRealSource(mount, deps.files))),
    proxyName: proxy.container.Name,
  });
}

async function withRealSource(mount: MountPoint, files: FileSystem): Promise<MountPoint> {
  if (mount.Source === '') return mount;
  const source = await files.realpath(mount.Source).catch(() => mount.Source);
  return { Name: mount.Name, Source: source, Destination: mount.Destination };
}
