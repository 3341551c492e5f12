import { byText } from '../../base/by-text.ts';
import type { Clock } from '../../base/clock.ts';
import type { CreateConfig, DeployApi, WireImage, WireReplica } from '../../docker/deploy-api.ts';
import { EngineError } from '../../docker/engine-error.ts';
import type { StatusReport } from '../../status/report.ts';
import type { ProxyWatch } from '../proxy-watch.ts';
import { aReplica, IMAGE_CONFIG, idOf } from './replica.ts';

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** A container of the fleet, open to change. */
export type FleetMember = Writable<Omit<WireReplica, 'State'>> & {
  State: Writable<WireReplica['State']>;
  /** When its first health check passes, by the fleet's clock; never where it is absent. */
  healthyAt?: number;
};

/** How containers from an image do. */
export type Version = 'gets-healthy' | 'stays-starting' | 'gets-unhealthy' | 'ends';

export const REFERENCE = 'localhost:5000/team/web:latest';

const HEALTHY_AFTER_MS = 1_000;

/**
 * An engine, a registry, and a watch with its proxy, in memory: what a roll-out has to do with. Time
 * passes while somebody sleeps. The proxy serves what the watch applied last, which lags behind what
 * there is; whoever is stopped while it is served is in `lost`.
 */
export class FakeFleet {
  readonly containers = new Map<string, FleetMember>();
  /** What a name means. */
  readonly names = new Map<string, string>();
  readonly versions = new Map<string, Version>();
  /** What the registry has under the name; absent: it has none. */
  pushed: string | undefined;
  /** Names of containers that were stopped or removed while the proxy gave them requests. */
  readonly lost: string[] = [];
  /** The smallest number of members that were served at a time. */
  fewest: number = Number.POSITIVE_INFINITY;
  /** Called before the effect of each request, and after it. */
  onCall: (number: number, when: 'before' | 'after') => void = () => undefined;
  calls: number = 0;
  /** Of requests by name: an answer in their place. */
  readonly faults = new Map<string, () => Error>();
  held: StatusReport['held'];
  now: number = 0;
  #served: ReadonlySet<string> = new Set();
  readonly #drained = new Set<string>();
  #made: number = 0;

  /** So many replicas of an image, served. */
  constructor(count: number, image: string) {
    this.versions.set(image, 'gets-healthy');
    this.names.set(REFERENCE, image);
    for (let number = 1; number <= count; number += 1) {
      const wire = aReplica({ name: `shop-web-${number}`, image }) as FleetMember;
      wire.healthyAt = 0;
      this.containers.set(wire.Id, wire);
    }
    this.#apply();
  }

  readonly clock: Clock = {
    now: () => this.now,
    monotonic: () => this.now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      this.now += ms;
    },
  };

  /** Name and image of each container, by name. */
  get state(): readonly string[] {
    return [...this.containers.values()].map(({ Name, Image }) => `${Name} ${Image}`).sort(byText);
  }

  readonly api: DeployApi = {
    listContainers: ({ filters }) =>
      this.#call('list', () => {
        const wanted = filters.label ?? [];
        return [...this.containers.values()]
          .filter(({ Config }) =>
            wanted.every((label) => {
              const [key = '', value] = label.split('=');
              return Config.Labels?.[key] === value;
            }),
          )
          .map((wire) => ({
            id: wire.Id,
            name: wire.Name.slice(1),
            labels: wire.Config.Labels ?? {},
            state: wire.State.Status ?? '',
            created: 0,
          }));
      }),
    inspectReplica: (id) => this.#call('inspect', () => this.#inspect(id)),
    inspectImage: (name) =>
      this.#call('inspectImage', (): WireImage | undefined => {
        const id = this.names.get(name) ?? name;
        return this.versions.has(id) ? { Id: id, Config: IMAGE_CONFIG } : undefined;
      }),
    pullImage: (name) =>
      this.#call('pull', () => {
        if (this.pushed === undefined) throw new EngineError(`no such image: ${name}`);
        this.names.set(name, this.pushed);
      }),
    tagImage: (id, name) => this.#call('tag', () => void this.names.set(name, id)),
    createContainer: (name, config) => this.#call('create', () => this.#create(name, config)),
    connectNetwork: () => this.#call('connect', () => undefined),
    startContainer: (id) =>
      this.#call('start', () => {
        const wire = this.#get(id);
        const version = this.versions.get(wire.Image);
        if (version === 'ends') {
          wire.State = { Status: 'exited', Running: false, ExitCode: 3 };
          return;
        }
        wire.State = { Status: 'running', Running: true, Health: { Status: 'starting' } };
        wire.healthyAt = this.now + HEALTHY_AFTER_MS;
      }),
    stopContainer: (id) =>
      this.#call('stop', () => {
        const wire = this.containers.get(id);
        if (!wire) return;
        this.#leave(wire);
        wire.State = { Status: 'exited', Running: false, ExitCode: 0 };
      }),
    renameContainer: (id, name) =>
      this.#call('rename', () => {
        const taken = [...this.containers.values()].some((one) => one.Name === `/${name}`);
        if (taken) throw new EngineError('the name is in use', { status: 409 });
        this.#get(id).Name = `/${name}`;
      }),
    removeContainer: (id) =>
      this.#call('remove', () => {
        const wire = this.containers.get(id);
        if (!wire) return;
        if (wire.State.Running) this.#leave(wire);
        this.containers.delete(id);
      }),
  };

  readonly proxy: ProxyWatch = {
    status: () => this.#call('status', () => this.#report()),
    refresh: () =>
      this.#call('refresh', () => {
        this.#apply();
        return { kind: 'applied', message: 'applied', exitCode: 0 };
      }),
    drain: (id) =>
      this.#call('drain', () => {
        this.#drained.add(id);
        this.#apply();
        return { id, name: id, kind: 'applied', message: 'applied', exitCode: 0 };
      }),
    drainProgress: () => this.#call('drainProgress', () => ({ kind: 'done' as const })),
    undrain: (id) =>
      this.#call('undrain', () => {
        this.#drained.delete(id);
        this.#apply();
        return { id, name: id, kind: 'applied', message: 'applied', exitCode: 0 };
      }),
  };

  async #call<Result>(name: string, answer: () => Result): Promise<Result> {
    this.calls += 1;
    const number = this.calls;
    this.onCall(number, 'before');
    const fault = this.faults.get(name);
    if (fault) throw fault();
    const result = answer();
    this.onCall(number, 'after');
    return result;
  }

  #create(name: string, config: CreateConfig): string {
    this.#made += 1;
    const id = idOf(`made ${this.#made}`);
    const image = this.names.get(config.Image) ?? config.Image;
    if (!this.versions.has(image)) throw new EngineError('no such image', { status: 404 });
    if ([...this.containers.values()].some((one) => one.Name === `/${name}`)) {
      throw new EngineError('the name is in use', { status: 409 });
    }
    const made = aReplica({ id, name, image, config: { Image: config.Image } }) as FleetMember;
    made.Config = { ...made.Config, Labels: config.Labels };
    made.State = { Status: 'created', Running: false };
    this.containers.set(id, made);
    return id;
  }

  #get(id: string): FleetMember {
    const wire = this.containers.get(id);
    if (!wire) throw new EngineError(`no such container: ${id}`, { status: 404 });
    return wire;
  }

  #inspect(id: string): WireReplica | undefined {
    const wire = this.containers.get(id);
    return wire && { ...wire, State: { ...wire.State, ...this.#health(wire) } };
  }

  #health(wire: FleetMember): Pick<WireReplica['State'], 'Health'> {
    if (!wire.State.Running) return {};
    const version = this.versions.get(wire.Image);
    const isDue = wire.healthyAt !== undefined && this.now >= wire.healthyAt;
    if (!isDue || version === 'stays-starting') return { Health: { Status: 'starting' } };
    return version === 'gets-unhealthy'
      ? { Health: { Status: 'unhealthy', Log: [{ ExitCode: 1, Output: 'no database\n' }] } }
      : { Health: { Status: 'healthy' } };
  }

  #isHealthy(wire: FleetMember): boolean {
    return this.#health(wire).Health?.Status === 'healthy';
  }

  #apply(): void {
    const members = [...this.containers.values()].filter(
      (wire) => this.#isHealthy(wire) && !this.#drained.has(wire.Id),
    );
    this.#served = new Set(members.map(({ Id }) => Id));
    this.fewest = Math.min(this.fewest, this.#served.size);
  }

  /** Of a container that stops by itself the watch hears, but too late for what was sent to it. */
  #leave(wire: FleetMember): void {
    if (this.#served.has(wire.Id)) this.lost.push(wire.Name);
    wire.State.Running = false;
    this.#apply();
  }

  #report(): StatusReport {
    const all = [...this.containers.values()].map((wire) => ({
      container: wire.Name.slice(1),
      isServer: this.#isHealthy(wire) && !this.#drained.has(wire.Id),
    }));
    const drained = [...this.#drained].filter((id) => this.containers.has(id));
    return {
      version: 'test',
      pid: 1,
      startedAt: '',
      template: 'apache.conf.hbs',
      templateFile: '',
      destination: '/httpd.conf',
      engine: { endpoint: 'memory://', connected: true },
      live: true,
      ...(this.held ? { held: this.held } : {}),
      lastRun: { at: '', kind: 'applied', message: 'applied' },
      containers: all.length,
      vocabulary: { dockercloud: false, allowsRaw: false },
      tcp: [],
      sites: [
        {
          host: 'localhost',
          path: '/',
          servers: all
            .filter(({ isServer }) => isServer)
            .map(({ container }) => ({ container, address: '' })),
          absent: all
            .filter(({ isServer }) => !isServer)
            .map(({ container }) => ({ container, reason: 'its health is starting' })),
        },
      ],
      problems: [],
      heldBack: drained.map((id) => ({ id, container: id, why: 'drained' as const })),
    };
  }
}
