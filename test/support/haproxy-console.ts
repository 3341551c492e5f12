import type { Engine } from './engine.ts';

/** The command line of a HAProxy's master, in its container. */
export class HaproxyConsole {
  readonly #engine: Engine;
  readonly #container: string;
  readonly #socket: string;

  /** @param socket what it was started with as `-S`. */
  constructor(engine: Engine, container: string, socket = '/var/lib/haproxy/master.sock') {
    this.#engine = engine;
    this.#container = container;
    this.#socket = socket;
  }

  /** Says commands one after the other; the answers in the same order. */
  async say(...commands: readonly string[]): Promise<readonly string[]> {
    const said = await this.#engine.docker([
      ...['exec', this.#container, 'perl', '-MIO::Socket::UNIX', '-e', SPEAK],
      ...[this.#socket, ...commands],
    ]);
    return said
      .split('\0')
      .slice(0, -1)
      .map((answer) => answer.trim());
  }

  /** The process that takes new connections: each reload makes another one. */
  async worker(): Promise<number> {
    const [answer = ''] = await this.say('@1 show info');
    return Number(/^Pid: (\d+)$/m.exec(answer)?.[1]);
  }

  /** When that was started, in seconds since 1970: another one has another time. */
  async startedAt(): Promise<number> {
    const [answer = ''] = await this.say('@1 show info');
    return Number(/^Start_time_sec: (\d+)$/m.exec(answer)?.[1]);
  }

  /** Names of a backend's servers, in their order: those that get requests and the others. */
  async servers(
    backend: string,
  ): Promise<{ readonly ready: readonly string[]; readonly others: readonly string[] }> {
    const [answer = ''] = await this.say(`@1 show servers state ${backend}`);
    const rows = answer
      .split('\n')
      .filter((line) => /^\d+ \S+ /.test(line))
      .map((line) => line.split(' '))
      .map(([, , , name = '', , , admin]) => ({ name, isReady: admin === '0' }));
    return {
      ready: rows.filter(({ isReady }) => isReady).map(({ name }) => name),
      others: rows.filter(({ isReady }) => !isReady).map(({ name }) => name),
    };
  }

  /** How many connections to a backend's servers have a request open. */
  async openRequests(backend: string): Promise<number> {
    const [answer = ''] = await this.say(`@1 show servers conn ${backend}`);
    return answer
      .split('\n')
      .filter((line) => line.startsWith(`${backend}/`))
      .reduce((sum, line) => sum + Number(line.split(' ')[6]), 0);
  }
}

/** Each command on a connection of its own; after each answer a NUL. */
const SPEAK = `
$path = shift;
for $command (@ARGV) {
  $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!";
  print $socket "$command\\n";
  $socket->flush;
  shutdown($socket, 1);
  print while <$socket>;
  print "\\0";
}`;
