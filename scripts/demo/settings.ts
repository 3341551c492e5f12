/** What the demo's environment says, checked. */
export interface Settings {
  /** The port on this machine that the proxy answers on. */
  readonly port: number;
  /** The Compose project, which `make down` removes. */
  readonly project: string;
  /** The engine's socket on its own machine, where it is not the one that the stack assumes. */
  readonly socket?: string;
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly reason: string };

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

const DEFAULT_PORT = 80;
const DEFAULT_PROJECT = 'tsgen-demo';
const LOOPBACK = /^tcp:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/;

/**
 * Reads `PORT` (default 80), `PROJECT` (default `tsgen-demo`), `DOCKER_HOST` and `DOCKER_SOCKET`;
 * one that is empty counts as unset. The reason of a refusal is for a person to read.
 */
export function parseSettings({ env, platform }: Surroundings): ParsedSettings {
  const port = env.PORT || String(DEFAULT_PORT);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    return refuse(
      `PORT=${JSON.stringify(port)} is not a port from 1 to 65535: try PORT=8080 make demo`,
    );
  }
  const project = env.PROJECT || DEFAULT_PROJECT;
  // The names that Compose accepts: https://docs.docker.com/compose/how-tos/project-name/
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(project)) {
    return refuse(
      `PROJECT=${JSON.stringify(project)} is not a Compose project's name: use lower-case letters, digits, - and _, beginning with a letter or digit`,
    );
  }
  const host = env.DOCKER_HOST ?? '';
  if (host.startsWith('ssh://') || (host.startsWith('tcp://') && !LOOPBACK.test(host))) {
    return refuse(
      `DOCKER_HOST is ${JSON.stringify(host)}, another machine's engine, and the demo sends requests to this machine only: run it there, or unset DOCKER_HOST`,
    );
  }
  const socket = env.DOCKER_SOCKET || socketOf(host, platform);
  return {
    ok: true,
    settings: { port: Number(port), project, ...(socket === undefined ? {} : { socket }) },
  };
}

function refuse(reason: string): ParsedSettings {
  return { ok: false, reason };
}

/**
 * The socket that containers have to be given is the engine's. Elsewhere than on Linux the engine
 * runs in a virtual machine, where the client's socket does not exist and the usual one does.
 */
function socketOf(host: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'linux' || !host.startsWith('unix:///')) return undefined;
  return host.slice('unix://'.length);
}
