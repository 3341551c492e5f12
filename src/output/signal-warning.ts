import type { DockerApi } from '../docker/api.ts';
import type { NotifyDeps } from './notify.ts';

/**
 * The engine takes any signal for a wish to stop: after a reboot it does not start a container with
 * `restart: unless-stopped` that got one. Said once for each container.
 */
export class SignalWarning {
  readonly #api: Pick<DockerApi, 'inspectContainer'>;
  readonly #log: NotifyDeps['log'];
  readonly #known = new Set<string>();

  constructor({ api, log }: Pick<NotifyDeps, 'api' | 'log'>) {
    this.#api = api;
    this.#log = log;
  }

  /** To be called when it has got one. That it cannot be looked at keeps nobody from anything. */
  async signalled(container: string, signal: AbortSignal): Promise<void> {
    if (this.#known.has(container)) return;
    this.#known.add(container);
    const found = await this.#api.inspectContainer(container, { signal }).catch(() => undefined);
    if (found?.HostConfig?.RestartPolicy?.Name !== 'unless-stopped') return;
    this.#log.warn(
      `Container '${container}' has restart: unless-stopped, and the engine takes a signal for a wish to stop it: after a reboot it stays down. Have it told by a command that is run in it instead, such as --proxy ${container} --notify 'nginx -s reload', or give it restart: always.`,
      { container },
    );
  }
}
