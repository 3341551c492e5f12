import type { Workspace } from '../../test/support/workspace.ts';
import type { Random } from './random.ts';

/** A container that may be changed; whether it is to get requests is for the engine to say. */
interface Member {
  readonly name: string;
  readonly hostname: string;
  readonly isChecked: boolean;
}

interface State {
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  readonly isAttached: boolean;
  /** '' without a health check. */
  readonly health: string;
}

export interface PoolOptions {
  readonly network: string;
  readonly image: string;
  readonly host: string;
}

/** How many containers there are at most. */
const MOST = 6;
const HEALTHY = '/healthy';

/** Containers of one site, to which something random happens at a time. */
export class Pool {
  readonly #workspace: Workspace;
  readonly #options: PoolOptions;
  readonly #random: Random;
  #members: readonly Member[] = [];
  #count = 0;

  constructor(workspace: Workspace, random: Random, options: PoolOptions) {
    this.#workspace = workspace;
    this.#options = options;
    this.#random = random;
  }

  /** The host names of those that are to get requests, as the engine has it now; sorted. */
  async ready(): Promise<readonly string[]> {
    const states = await this.#states();
    return this.#members
      .filter((member) => {
        const { isRunning, isPaused, isAttached, health } = states.get(member) ?? GONE;
        return isRunning && !isPaused && isAttached && (health === '' || health === 'healthy');
      })
      .map(({ hostname }) => hostname)
      .sort();
  }

  /** Does something to one of them, or adds one. Returns what, for people. */
  async change(): Promise<string> {
    const states = await this.#states();
    const actions = [
      ...(this.#members.length < MOST ? [this.#add(false), this.#add(true)] : []),
      ...this.#members.flatMap((member) => this.#actionsOn(member, states.get(member) ?? GONE)),
    ];
    const { what, args } = this.#random.pick(actions);
    for (const command of args) await this.#docker(command);
    return what;
  }

  #add(isChecked: boolean): Action {
    const hostname = `m${this.#count + 1}`;
    const { network, image, host } = this.#options;
    const check = `--health-cmd=/bin/busybox test -e ${HEALTHY}`;
    return {
      what: `start ${hostname}${isChecked ? ', with a health check' : ''}`,
      args: [
        async () => {
          this.#count += 1;
          const name = await this.#workspace.run(hostname, image, {
            network,
            env: { VIRTUAL_HOST: host },
            args: isChecked
              ? [check, '--health-interval=1s', '--health-timeout=10s', '--health-retries=1']
              : [],
          });
          this.#members = [...this.#members, { name, hostname, isChecked }];
        },
      ],
    };
  }

  #actionsOn(member: Member, { isRunning, isPaused, isAttached, health }: State): Action[] {
    const { name, hostname, isChecked } = member;
    const { network } = this.#options;
    const on = (what: string, ...args: readonly Command[]): Action => ({
      what: `${what} ${hostname}`,
      args,
    });
    const remove: Action = {
      what: `remove ${hostname}`,
      args: [
        ['rm', '--force', name],
        async () => {
          this.#members = this.#members.filter((one) => one !== member);
        },
      ],
    };
    if (isPaused) return [on('unpause', ['unpause', name])];
    if (!isRunning) return [on('start again', ['start', name]), remove];
    const busybox = ['exec', name, '/bin/busybox'];
    return [
      remove,
      on('stop', ['stop', '--time=2', name]),
      on('kill', ['kill', name]),
      on('restart', ['restart', '--time=1', name]),
      on('pause', () => this.#workspace.engine.pause(name)),
      isAttached
        ? on('disconnect', ['network', 'disconnect', network, name])
        : on('connect', ['network', 'connect', network, name]),
      ...(isChecked && health !== 'healthy' ? [on('heal', [...busybox, 'touch', HEALTHY])] : []),
      ...(isChecked && health === 'healthy' ? [on('sicken', [...busybox, 'rm', HEALTHY])] : []),
    ];
  }

  async #docker(command: Command): Promise<void> {
    if (typeof command === 'function') await command();
    else await this.#workspace.engine.docker(command);
  }

  async #states(): Promise<ReadonlyMap<Member, State>> {
    const members = this.#members;
    const found = await Promise.all(
      members.map(({ name }) => this.#workspace.engine.inspect(name)),
    );
    return new Map(
      found.map(({ State: state, NetworkSettings }, index) => [
        members[index] as Member,
        {
          isRunning: state.Running,
          isPaused: state.Paused,
          isAttached: this.#options.network in NetworkSettings.Networks,
          health: state.Health?.Status ?? '',
        },
      ]),
    );
  }
}

const GONE: State = { isRunning: false, isPaused: false, isAttached: false, health: '' };

type Command = readonly string[] | (() => Promise<void>);

interface Action {
  readonly what: string;
  readonly args: readonly Command[];
}
