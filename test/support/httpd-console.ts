import { httpd } from '../../src/proxies/httpd.ts';
import { SECRET_VARIABLE } from '../../src/proxies/httpd-manager.ts';
import { httpdMembers } from '../../src/proxies/httpd-members.ts';
import { listCommand, parseWorkers } from '../../src/proxies/workers.ts';
import type { PresentMember } from '../../src/routing/member-changes.ts';
import type { Engine } from './engine.ts';

const PORT = 18_404;
/** Where tsgen keeps it, as httpd's container sees it. */
export const SECRET_FILE = '/usr/local/apache2/conf/tsgen/.tsgen/httpd.conf/members.json';

/** The balancer manager of a httpd that tsgen tells of members, asked in its container. */
export class HttpdConsole {
  readonly secret: string;
  readonly #engine: Engine;
  readonly #container: string;

  private constructor(engine: Engine, container: string, secret: string) {
    this.secret = secret;
    this.#engine = engine;
    this.#container = container;
  }

  static async of(engine: Engine, container: string): Promise<HttpdConsole> {
    const note = await engine.docker(['exec', container, 'cat', SECRET_FILE]);
    return new HttpdConsole(engine, container, (JSON.parse(note) as { secret: string }).secret);
  }

  /** All that httpd has, but for those that it gives nothing and that have nothing open. */
  async members(): Promise<readonly PresentMember[]> {
    const { listCommand, listed } = httpdMembers({ port: PORT, secret: this.secret });
    const list = listed(await this.say(listCommand));
    if (!list) throw new Error('httpd does not tell its members');
    return list.members;
  }

  /** Addresses of those that get requests, sorted. */
  async ready(): Promise<readonly string[]> {
    return (await this.members())
      .filter(({ isDrained }) => !isDrained)
      .map(({ name }) => name)
      .toSorted();
  }

  /** When its newest process was started, in clock ticks of the machine: a restart makes newer ones. */
  async startedAt(): Promise<number> {
    const workers = parseWorkers(await this.say(listCommand(httpd.processes)));
    return Math.max(0, ...workers.map(({ startedAt }) => startedAt));
  }

  /** As tsgen asks for it. */
  async revision(): Promise<string> {
    return await this.say(httpdMembers({ port: PORT, secret: this.secret }).askCommand);
  }

  /** Runs a script of tsgen's, by default with the secret that it wants. */
  async say(script: string, secret = this.secret): Promise<string> {
    const env = `${SECRET_VARIABLE}=${secret}`;
    return await this.#engine.docker(['exec', '-e', env, this.#container, 'sh', '-c', script]);
  }
}
