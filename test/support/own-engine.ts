import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { removeControlGroups, thawControlGroups } from './control-groups.ts';
import { Engine, withPrograms } from './engine.ts';
import type { Front } from './http.ts';
import { NAME_PREFIX, type Session } from './session.ts';
import type { Workspace } from './workspace.ts';

const execute = promisify(execFile);

/** A fresh engine makes its store and its networks first. */
const START_LIMIT_MS = 60_000;
/** dockerd gives containers fifteen seconds to end. */
const STOP_LIMIT_MS = 30_000;

/**
 * An engine of the test's own, to restart and to kill, or of another version. It lives in network, mount and process
 * namespaces of its own: nothing of it is in the way of the machine's engine, and all of it, its
 * containers and mounts included, is gone with the first process in there, also when the tests are
 * killed. From outside, its socket is a file, and its containers are reached through a relay.
 */
export class OwnEngine implements AsyncDisposable {
  readonly engine: Engine;
  readonly #folder: string;
  readonly #controlGroup: string;
  readonly #warden: ChildProcess;
  readonly #ended: Promise<void>;
  /** What the warden said last of dockerd. */
  #state = 'down: it was not started yet';
  #complaints = '';

  private constructor(folder: string, controlGroup: string, programs: string | undefined) {
    this.#folder = folder;
    this.#controlGroup = controlGroup;
    this.engine = new Engine(`unix://${join(folder, 'docker.sock')}`, programs);
    const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    // A shell is the process namespace's first: that one has to reap whatever is orphaned in it. A
    // /run of its own hides the machine's containerd, which dockerd would take, and systemd. Ports
    // that containers publish on the loopback interface want it up.
    const line = 'mount -t tmpfs tmpfs /run && ip link set lo up && "$@"; exit $?';
    const shell = ['sh', '-c', line, 'sh'];
    const node = [process.execPath, '--import', import.meta.resolve('tsx')];
    const warden = [resolve('test/support/own-engine-warden.ts'), folder, controlGroup];
    this.#warden = spawn('unshare', [...namespaces, '--', ...shell, ...node, ...warden], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: withPrograms(programs) },
    });
    this.#ended = new Promise((done) => {
      this.#warden.once('error', (error) => {
        this.#complaints += error.message;
        done();
      });
      this.#warden.once('close', () => done());
    });
    void this.#ended.then(() => {
      this.#state = 'ended: the namespaces are gone';
    });
    this.#listen();
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#warden;
    // A write after the end is reported as the end.
    stdin?.on('error', () => undefined);
    stderr?.on('data', (data: Buffer) => {
      this.#complaints += data.toString();
    });
    if (!stdout) return;
    createInterface({ input: stdout }).on('line', (line) => {
      this.#state = line;
    });
  }

  /**
   * Starts one, with images of the workspace's engine. It ends with the workspace.
   *
   * @param programs - the folder of another engine's programs (dockerd, docker-proxy, containerd,
   *   its shim, docker), which go before the machine's own.
   * @throws Error that says what this machine lacks, or with the end of dockerd's log.
   */
  static async start(
    workspace: Workspace,
    session: Session,
    images: readonly string[],
    programs?: string,
  ): Promise<OwnEngine> {
    await demandMeans();
    const folder = await workspace.folder('engine');
    await writeFile(join(folder, 'daemon.json'), JSON.stringify(daemonSettings(programs)));
    const own = new OwnEngine(folder, `${NAME_PREFIX}${session.key}-${workspace.id}`, programs);
    workspace.defer(() => own[Symbol.asyncDispose]());
    await own.up();
    await copyImages(workspace.engine, own.engine, images);
    return own;
  }

  /** The process that all of it ends with. */
  get pid(): number {
    return this.#warden.pid ?? 0;
  }

  /** Starts dockerd and waits until it answers. */
  async up(): Promise<void> {
    this.#state = 'starting';
    this.#warden.stdin?.write('start\n');
    const end = performance.now() + START_LIMIT_MS;
    while (!(await this.#answers())) {
      if (/^(down|ended)/.test(this.#state) || performance.now() > end) await this.#explain();
      await delay(50);
    }
  }

  /** Ends dockerd and waits for it. With SIGKILL, its containers run on until the next start. */
  async down(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#warden.stdin?.write(`${signal}\n`);
    const end = performance.now() + STOP_LIMIT_MS;
    while (!this.#state.startsWith('down')) {
      if (performance.now() > end) throw new Error(`dockerd runs on after ${signal}`);
      await delay(50);
    }
  }

  /** A port of one of its containers, at the address that it has now. */
  async containerFront(container: string, port: number): Promise<Front> {
    const { NetworkSettings } = await this.engine.inspect(container);
    const [endpoint] = Object.values(NetworkSettings.Networks);
    if (!endpoint?.IPAddress) throw new Error(`${container} has no address`);
    return () => {
      const socket = connect(join(this.#folder, 'relay.sock'));
      socket.write(`${endpoint.IPAddress} ${port}\n`);
      return socket;
    };
  }

  async #answers(): Promise<boolean> {
    if (!this.#state.startsWith('up')) return false;
    return await this.engine.docker(['version'], { timeoutMs: 5_000 }).then(
      () => true,
      () => false,
    );
  }

  async #explain(): Promise<never> {
    const log = await readFile(join(this.#folder, 'dockerd.log'), 'utf8').catch(() => '');
    const end = `${this.#complaints}\n${log}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(
      `The test's own dockerd does not answer (${this.#state}). The end of its log:\n${end}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await thawControlGroups(this.#controlGroup);
    this.#warden.stdin?.end();
    await this.#ended;
    await removeControlGroups(this.#controlGroup);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Fails with what is missing here for an engine of one's own. */
async function demandMeans(): Promise<void> {
  const purpose = 'Some tests and benchmarks start an engine of their own';
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      `${purpose}, which only root can, on Linux: run it as root, for example in a virtual machine.`,
    );
  }
  for (const [command, version, packaged] of [
    ['dockerd', '--version', 'docker.io'],
    ['unshare', '--version', 'util-linux'],
    ['ip', '-Version', 'iproute2'],
  ] as const) {
    await execute(command, [version]).catch((cause: unknown) => {
      throw new Error(
        `${purpose}, and ${command} is not here: install it (Debian's package ${packaged}).`,
        { cause },
      );
    });
  }
}

/** An engine looks for its docker-proxy in the machine's folders before it looks at `PATH`. */
const daemonSettings = (programs: string | undefined) =>
  programs === undefined ? {} : { 'userland-proxy-path': join(programs, 'docker-proxy') };

async function copyImages(from: Engine, to: Engine, images: readonly string[]): Promise<void> {
  const env = { ...from.env, TO: to.host, TO_PATH: to.env.PATH };
  const line = 'docker save "$@" | PATH=$TO_PATH docker -H "$TO" load';
  await execute('sh', ['-c', line, 'sh', ...images], { env });
  await to.docker(['image', 'inspect', ...images]);
}
