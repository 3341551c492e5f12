import type { WireNetwork } from '../../src/docker/api.ts';
import type { DockerEvent } from '../../src/docker/events.ts';
import {
  type ContainerSpec,
  containerId,
  type MutableWire,
  networkId,
  wireContainer,
} from './fake-wire.ts';

/** An event as the engine tells it. */
export interface WorldEvent {
  /** The engine's clock, milliseconds since the epoch. */
  readonly timeMs: number;
  /** One JSON document and a line break. */
  readonly line: string;
  /** What tsgen should read from it. */
  readonly event: DockerEvent;
}

/**
 * The containers and networks of an engine, and what happens to them: each method changes the
 * state, then tells the events that a real engine tells.
 */
export class FakeWorld {
  readonly containers = new Map<string, MutableWire>();
  readonly networks = new Map<string, WireNetwork>();
  /** The engine's clock, milliseconds since the epoch. */
  now: () => number = Date.now;
  /** Who hears of the events. */
  tell: (event: WorldEvent) => void = () => undefined;
  /** Where `die` comes in a stop: first on Engine 20.10 (as seen), last on 28.5. */
  dieFirst: boolean = true;
  /** Containers that were told to end: their restart policy is off until they are started. */
  readonly #told = new Set<string>();
  #counter = 0;

  constructor() {
    for (const name of ['bridge', 'host', 'none']) this.createNetwork(name);
  }

  /** An ID that was not given before. */
  nextId(): string {
    this.#counter += 1;
    return containerId(this.#counter);
  }

  addContainer(spec: ContainerSpec = {}): string {
    this.#counter += 1;
    const id = spec.id ?? containerId(this.#counter);
    const wire = wireContainer(id, this.#counter, spec);
    for (const [name, endpoint] of Object.entries(wire.NetworkSettings.Networks)) {
      endpoint.NetworkID = this.#network(name).Id;
    }
    this.containers.set(id, wire);
    if (spec.running ?? true) this.#run(wire);
    return id;
  }

  createNetwork(name: string, options: { readonly internal?: boolean } = {}): string {
    const id = networkId(name);
    this.networks.set(name, { Id: id, Name: name, Internal: options.internal ?? false });
    return id;
  }

  start(id: string): void {
    const wire = this.container(id);
    this.#run(wire);
    for (const name of Object.keys(wire.NetworkSettings.Networks)) {
      this.#emitNetwork('connect', name, id);
    }
    this.emit('start', id);
  }

  /** The whole of `docker stop`. A container that is not graceful has to be killed in the end. */
  stop(id: string, options: { readonly graceful?: boolean } = {}): void {
    this.beginStop(id);
    this.finishStop(id, options);
  }

  /** `docker stop` up to the moment in which the container got its stop signal. */
  beginStop(id: string): void {
    this.#told.add(id);
    this.emit('kill', id, { signal: String(this.#stopSignal(id)) });
  }

  finishStop(id: string, options: { readonly graceful?: boolean } = {}): void {
    const { graceful = true } = options;
    if (!graceful) this.emit('kill', id, { signal: '9' });
    const die = () => this.emit('die', id, { exitCode: graceful ? '0' : '137' });
    this.#end(id, 'exited');
    if (this.dieFirst) die();
    for (const name of Object.keys(this.container(id).NetworkSettings.Networks)) {
      this.#emitNetwork('disconnect', name, id);
    }
    this.emit('stop', id);
    if (!this.dieFirst) die();
  }

  /** It ends by itself; a restart policy leaves it waiting for its restart. */
  crash(id: string, exitCode = 1): void {
    const policy = this.container(id).HostConfig.RestartPolicy?.Name ?? 'no';
    const wanted = policy === 'on-failure' ? exitCode !== 0 : policy !== 'no';
    const restarts = wanted && !this.#told.has(id);
    this.#end(id, restarts ? 'restarting' : 'exited');
    this.emit('die', id, { exitCode: String(exitCode) });
    for (const name of Object.keys(this.container(id).NetworkSettings.Networks)) {
      this.#emitNetwork('disconnect', name, id);
    }
  }

  /** `docker kill -s`; KILL ends the container, the others are up to it. */
  signal(id: string, signal: number): void {
    if (signal === 9 || signal === this.#stopSignal(id)) this.#told.add(id);
    this.emit('kill', id, { signal: String(signal) });
    if (signal !== 9) return;
    this.#end(id, 'exited');
    this.emit('die', id, { exitCode: '137' });
  }

  pause(id: string): void {
    const { State } = this.container(id);
    State.Paused = true;
    State.Status = 'paused';
    this.emit('pause', id);
  }

  unpause(id: string): void {
    const { State } = this.container(id);
    State.Paused = false;
    State.Status = 'running';
    this.emit('unpause', id);
  }

  setHealth(id: string, status: string): void {
    this.container(id).State.Health = { Status: status };
    this.emit(`health_status: ${status}`, id);
  }

  /** What the engine tells of one run of a health check. */
  healthRun(id: string): void {
    for (const action of ['exec_create', 'exec_start']) {
      this.emit(`${action}: /bin/sh -c curl -fs localhost || exit 1`, id);
    }
    this.emit('exec_die', id, { exitCode: '0' });
  }

  rename(id: string, name: string): void {
    const wire = this.container(id);
    const oldName = wire.Name;
    wire.Name = `/${name}`;
    this.emit('rename', id, { oldName });
  }

  connect(id: string, network: string): void {
    const wire = this.container(id);
    const endpointId = this.nextId();
    wire.NetworkSettings.Networks[network] = {
      NetworkID: this.#network(network).Id,
      EndpointID: endpointId,
      Gateway: '172.30.0.1',
      IPAddress: `172.30.0.${(this.#counter % 250) + 2}`,
      IPPrefixLen: 16,
      Aliases: null,
    };
    if (wire.State.Running) this.#emitNetwork('connect', network, id);
  }

  disconnect(id: string, network: string): void {
    const wire = this.container(id);
    delete wire.NetworkSettings.Networks[network];
    if (wire.State.Running) this.#emitNetwork('disconnect', network, id);
  }

  /** `docker rm` of a container that does not run. */
  remove(id: string): void {
    const event = this.#event('container', 'destroy', id, this.#attributes(id, {}));
    this.containers.delete(id);
    this.tell(event);
  }

  container(id: string): MutableWire {
    const wire = this.containers.get(id);
    if (!wire) throw new Error(`the fake engine has no container ${id}`);
    return wire;
  }

  /** Tells an event of a container without changing anything. */
  emit(action: string, id: string, attributes: Readonly<Record<string, string>> = {}): void {
    this.tell(this.#event('container', action, id, this.#attributes(id, attributes)));
  }

  #run(wire: MutableWire): void {
    this.#told.delete(wire.Id);
    Object.assign(wire.State, {
      Status: 'running',
      Running: true,
      Paused: false,
      Restarting: false,
      StartedAt: new Date(this.now()).toISOString(),
    });
  }

  #end(id: string, status: 'exited' | 'restarting'): void {
    const restarting = status === 'restarting';
    Object.assign(this.container(id).State, {
      Status: status,
      Running: restarting,
      Paused: false,
      Restarting: restarting,
    });
  }

  #network(name: string): WireNetwork {
    const network = this.networks.get(name);
    if (!network) throw new Error(`the fake engine has no network ${name}`);
    return network;
  }

  #stopSignal(id: string): number {
    const names: Readonly<Record<string, number>> = { SIGQUIT: 3, SIGUSR1: 10, SIGWINCH: 28 };
    return names[this.container(id).Config.StopSignal ?? ''] ?? 15;
  }

  #emitNetwork(action: 'connect' | 'disconnect', name: string, container: string): void {
    this.tell(
      this.#event('network', action, this.#network(name).Id, { container, name, type: 'bridge' }),
    );
  }

  #attributes(id: string, extra: Readonly<Record<string, string>>): Record<string, string> {
    const wire = this.containers.get(id);
    return {
      ...wire?.Config.Labels,
      image: wire?.Config.Image ?? '',
      name: wire?.Name.slice(1) ?? '',
      ...extra,
    };
  }

  /** As Go writes it: `Action` before `Actor`, the time in nanoseconds as a number. */
  #event(
    type: 'container' | 'network',
    action: string,
    id: string,
    attributes: Readonly<Record<string, string | undefined>>,
  ): WorldEvent {
    const timeMs = this.now();
    const head = type === 'container' ? { status: action, id, from: attributes.image } : {};
    const document = {
      ...head,
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: attributes },
      scope: 'local',
      time: Math.floor(timeMs / 1000),
    };
    const nano = `${Math.round(timeMs * 1000)}000`;
    return {
      timeMs,
      line: `${JSON.stringify(document).slice(0, -1)},"timeNano":${nano}}\n`,
      event:
        type === 'container'
          ? { type, action, id, attributes, timeMs }
          : { type, action, id: attributes.container ?? '', networkId: id, attributes, timeMs },
    };
  }
}
