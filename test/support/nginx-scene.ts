import { expect, vi } from 'vitest';
import { backendSite, expectAnswering, type Served } from './answering.ts';
import type { TestImages } from './engine-setup.ts';
import { type Front, portFront } from './http.ts';
import { BY_ENGINE } from './soon.ts';
import type { RunOptions, Workspace } from './workspace.ts';

export interface NginxSceneOptions {
  /** Both see one folder of the operator's files for sites; nginx's container may write there. */
  readonly hooks?: boolean;
}

/**
 * The official nginx and tsgen beside it, as the stack has them, on a network of their own. tsgen
 * sees the workspace's containers alone.
 */
export class NginxScene {
  readonly network: string;
  readonly proxy: string;
  readonly tsgen: string;
  readonly front: Front;
  readonly #workspace: Workspace;

  private constructor(
    workspace: Workspace,
    parts: Pick<NginxScene, 'network' | 'proxy' | 'tsgen' | 'front'>,
  ) {
    this.#workspace = workspace;
    this.network = parts.network;
    this.proxy = parts.proxy;
    this.tsgen = parts.tsgen;
    this.front = parts.front;
  }

  /** Starts both and waits until tsgen is healthy. */
  static async start(
    workspace: Workspace,
    images: TestImages,
    { hooks = false }: NginxSceneOptions = {},
  ): Promise<NginxScene> {
    const { engine } = workspace;
    const network = await workspace.network('net');
    const volume = await workspace.volume('conf');
    const conf = `type=volume,source=${volume},target=/etc/nginx/conf.d`;
    const vhosts = `type=volume,source=${workspace.name('vhost')},target=/etc/nginx/vhost.d`;
    if (hooks) await workspace.volume('vhost');
    const proxy = await workspace.run('proxy', images.nginx, {
      network,
      args: [
        '--publish=127.0.0.1::80',
        `--mount=${conf},readonly,volume-nocopy`,
        ...(hooks ? [`--mount=${vhosts}`] : []),
      ],
    });
    const tsgen = await workspace.run('tsgen', images.gen, {
      network,
      args: [
        `--volume=${engine.socketPath}:/var/run/docker.sock`,
        `--mount=${conf}`,
        ...['--cap-drop=ALL', '--cap-add=SETUID', '--cap-add=SETGID'],
        ...['--read-only', '--tmpfs=/tmp'],
        ...(hooks ? [`--mount=${vhosts},readonly`] : []),
        // Of the image's own, the first would be seconds after it is healthy.
        '--no-healthcheck',
      ],
      // Others' containers would give it more to do.
      env: workspace.onlyOwn,
      command: ['--template', 'nginx.conf.hbs', '--proxy', proxy],
    });
    const front = await publishedFront(workspace, proxy, 80);
    const scene = new NginxScene(workspace, { network, proxy, tsgen, front });
    await scene.healthy();
    return scene;
  }

  /** Waits until tsgen says that it is healthy: its first configuration is live. */
  async healthy(): Promise<void> {
    const { engine } = this.#workspace;
    await vi.waitFor(async () => {
      const verdict = await engine
        .docker(['exec', this.tsgen, 'tsgen', 'healthcheck'])
        .catch(String);
      const log = await engine.logs(this.tsgen);
      expect(verdict, `tsgen says: ${log.join('\n')}`).toMatch(/^healthy/);
    }, BY_ENGINE);
  }

  /** The site of the tiny back end under this host. */
  site(host: string): Served {
    return backendSite(this.front, host);
  }

  /** Starts a container on the proxy's network that asks for a host. */
  async replica(part: string, image: string, host: string, options: RunOptions = {}) {
    return await this.#workspace.run(part, image, {
      network: this.network,
      ...options,
      args: ['--stop-timeout=1', ...(options.args ?? [])],
      env: { VIRTUAL_HOST: host, ...options.env },
    });
  }

  /** Starts tiny back ends that ask for a host and waits until they, and nobody else, answer there. */
  async serve(host: string, image: string, parts: readonly string[]): Promise<void> {
    await Promise.all(parts.map((part) => this.replica(part, image, host)));
    await expectAnswering(this.site(host), parts);
  }

  /** nginx's configuration as it is live. */
  async config(): Promise<string> {
    return await this.#workspace.engine.docker([
      ...['exec', this.proxy, 'cat', '/etc/nginx/conf.d/default.conf'],
    ]);
  }

  /** The lines of tsgen's log that hold a text. */
  async logged(part: string): Promise<readonly string[]> {
    const lines = await this.#workspace.engine.logs(this.tsgen);
    return lines.filter((line) => line.includes(part));
  }
}

/** A port that a container publishes on this machine. */
export async function publishedFront(
  workspace: Workspace,
  container: string,
  port: number,
): Promise<Front> {
  const { NetworkSettings } = await workspace.engine.inspect(container);
  const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
  if (!binding) throw new Error(`${container} does not publish port ${port}`);
  return portFront(Number(binding.HostPort));
}
