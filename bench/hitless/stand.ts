import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { get, portFront } from '../../test/support/http.ts';
import { RUN_LABEL } from '../../test/support/session.ts';
import type { Workspace } from '../../test/support/workspace.ts';
import { stackCommand } from '../stack-command.ts';
import { logFormatOf } from './access-log.ts';
import { type Behaviour, folderOf } from './behaviours.ts';

export interface StandImages {
  /** From `Dockerfile.gen`. */
  readonly gen: string;
  readonly node: string;
}

/** A proxy and who keeps its configuration, in containers on a network of their own. */
export interface Stand {
  readonly network: string;
  readonly proxy: string;
  readonly generator: string;
  /** On this machine. */
  readonly port: number;
}

/** Starts both, for the containers of this workspace and no others. */
export async function startStand(
  behaviour: Behaviour,
  workspace: Workspace,
  images: StandImages,
): Promise<Stand> {
  const { engine } = workspace;
  const network = await workspace.network('net');
  const volume = await workspace.volume('conf');
  const mount = `type=volume,source=${volume},target=${folderOf(behaviour)}`;
  const version = await versionArgs(behaviour, workspace);
  const proxy = await workspace.run('proxy', behaviour.image, {
    network,
    args: [`--publish=127.0.0.1::80`, `--mount=${mount},readonly,volume-nocopy`, ...version],
    command: await stackCommand(behaviour.stack),
  });
  const socket = `--volume=${engine.socketPath}:/var/run/docker.sock`;
  const filter = `label=${RUN_LABEL}=${workspace.id}`;
  const generator = await startGenerator(behaviour, workspace, {
    ...{ images, proxy, network, filter },
    mounts: [socket, `--mount=${mount}`],
  });
  const { NetworkSettings } = await engine.inspect(proxy);
  const port = Number(NetworkSettings.Ports['80/tcp']?.[0]?.HostPort);
  await answers(port, workspace, generator);
  return { network, proxy, generator, port };
}

interface Surroundings {
  readonly images: StandImages;
  readonly proxy: string;
  readonly network: string;
  readonly filter: string;
  readonly mounts: readonly string[];
}

async function startGenerator(
  { generator, kind, proxy: proxyName }: Behaviour,
  workspace: Workspace,
  { images, proxy, network, filter, mounts }: Surroundings,
): Promise<string> {
  // tsgen and nginx-proxy's template both have this variable.
  const env = { LOG_FORMAT: logFormatOf(proxyName) };
  if (generator.kind === 'tsgen') {
    const files = generator.files.map((path) => `--volume=${path}:/bench/${basename(path)}:ro`);
    return await workspace.run('generator', images.gen, {
      ...{ network, env },
      args: [...mounts, ...files, '--cap-drop=ALL', '--cap-add=SETUID', '--cap-add=SETGID'],
      command: ['--proxy', proxy, '--container-filter', filter, ...generator.args],
    });
  }
  const { program, template } = generator;
  return await workspace.run('generator', images.node, {
    ...{ network, env },
    args: [...mounts, `--volume=${program}:/docker-gen:ro`, `--volume=${template}:/template:ro`],
    command: [
      ...['/docker-gen', '-watch', '-container-filter', filter, '-notify-sighup', proxy],
      ...['/template', kind.destination],
    ],
  });
}

/** The official image of nginx says which version it is; another one may not. */
async function versionArgs({ proxy, image }: Behaviour, { engine }: Workspace) {
  if (proxy !== 'nginx') return [];
  const said = await engine.docker(['run', '--rm', image, 'sh', '-c', 'nginx -v 2>&1']);
  const version = /nginx\/([\d.]+)/.exec(said)?.[1];
  return version === undefined ? [] : [`--env=NGINX_VERSION=${version}`];
}

const PATIENCE_MS = 60_000;

/** Waits until the proxy answers whatever it is, with a configuration that was made for it. */
async function answers(port: number, { engine }: Workspace, generator: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await delay(100)) {
    const status = await get(portFront(port), 'nobody.test', '/').then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 503) return;
    if (Date.now() > end) {
      const log = (await engine.logs(generator)).join('\n');
      throw new Error(
        `The proxy did not answer within ${PATIENCE_MS} ms; its generator says\n${log}`,
      );
    }
  }
}
