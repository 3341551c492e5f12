import { randomBytes, randomInt } from 'node:crypto';
import type { TestImages } from '../support/engine-setup.ts';
import { freePort } from '../support/free-port.ts';
import type { Pki } from '../support/pki.ts';
import type { Workspace } from '../support/workspace.ts';
import type { NetworkKey } from './scenario.ts';

/** Another network may have the subnet already: a few attempts find a free one. */
const ATTEMPTS = 20;

/** What all scenarios of a run share: networks, free ports, a certificate authority, images. */
export class Surroundings {
  readonly workspace: Workspace;
  readonly images: TestImages;
  readonly pki: Pki;
  readonly #networks = new Map<NetworkKey, Promise<string>>();
  readonly #ports = new Map<string, Promise<number>>();

  constructor(workspace: Workspace, images: TestImages, pki: Pki) {
    this.workspace = workspace;
    this.images = images;
    this.pki = pki;
  }

  /** The network's full name; made when it is first asked for. */
  async network(key: NetworkKey): Promise<string> {
    const made = this.#networks.get(key) ?? this.#create(key);
    this.#networks.set(key, made);
    return await made;
  }

  /**
   * Fills in free ports of this machine for `{port:NAME}` (the same name is the same port), and for
   * `{host}` the address under which containers of the main network reach it.
   */
  async resolve(text: string): Promise<string> {
    let resolved = text.includes('{host}')
      ? text.replaceAll('{host}', await this.#gateway())
      : text;
    for (const [whole, name = ''] of text.matchAll(/\{port:([\w-]+)\}/g)) {
      const port = this.#ports.get(name) ?? freePort();
      this.#ports.set(name, port);
      resolved = resolved.replaceAll(whole, String(await port));
    }
    return resolved;
  }

  /** As `resolve`, for the values of an environment. */
  async resolveAll(
    env: Readonly<Record<string, string>> = {},
  ): Promise<Readonly<Record<string, string>>> {
    const entries = Object.entries(env).map(
      async ([key, value]) => [key, await this.resolve(value)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  async #gateway(): Promise<string> {
    const format = '--format={{(index .IPAM.Config 0).Gateway}}';
    return await this.workspace.engine.docker([
      ...['network', 'inspect', format, await this.network('main')],
    ]);
  }

  async #create(key: NetworkKey): Promise<string> {
    const part = `net-${key}`;
    if (key === 'internal') return await this.workspace.network(part, ['--internal']);
    if (key !== 'outside' && key !== 'six') return await this.workspace.network(part);
    for (let attempt = 1; ; attempt += 1) {
      const subnet = key === 'outside' ? benchmarkingSubnet() : uniqueLocalSubnet();
      const args = [...(key === 'six' ? ['--ipv6'] : []), `--subnet=${subnet}`];
      try {
        return await this.workspace.network(part, args);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }
}

/** From 198.18.0.0/15, which is for tests and never routed (RFC 2544): no private address. */
function benchmarkingSubnet(): string {
  return `198.${randomInt(18, 20)}.${randomInt(256)}.${16 * randomInt(16)}/28`;
}

/** RFC 4193. */
function uniqueLocalSubnet(): string {
  const [a, b, c] = randomBytes(6).toString('hex').match(/..../g) ?? [];
  return `fd00:${a}:${b}:${c}::/64`;
}
