import type { ImageConfig } from '../../src/docker/deploy-api.ts';
import type { FakeAnswer, FakeEngine, LoggedRequest } from './fake-engine.ts';

/** How containers from an image do once they are started. */
export type ImageBehaviour = 'gets-healthy' | 'gets-unhealthy' | 'stays-starting';

/** As far as tests look at what a container was made from. */
interface CreateBody {
  readonly Image: string;
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly HostConfig?: { readonly NetworkMode?: string };
  readonly NetworkingConfig?: {
    readonly EndpointsConfig?: Readonly<Record<string, { readonly Aliases?: readonly string[] }>>;
  };
}

/**
 * The images of a fake engine, a registry to pull them from, and all that it takes to make
 * containers from them.
 */
export class FakeImages {
  readonly #engine: FakeEngine;
  readonly #configs = new Map<string, ImageConfig>();
  readonly #names = new Map<string, string>();
  readonly #registry = new Map<string, string>();
  readonly #behaviours = new Map<string, ImageBehaviour>();
  /** Why pulls fail; absent: they do not. */
  pullError: string | undefined;

  constructor(engine: FakeEngine) {
    this.#engine = engine;
    engine.onRequest = (request, body) => this.#answer(request, body);
  }

  /** An image that the engine has, by its ID. */
  add(id: string, config: ImageConfig = {}, behaviour: ImageBehaviour = 'gets-healthy'): void {
    this.#configs.set(id, config);
    this.#behaviours.set(id, behaviour);
  }

  /** From then on a name means this image, as after `docker tag`. */
  name(name: string, id: string): void {
    this.#names.set(name, id);
  }

  /** From then on a pull of the name brings this image. */
  push(name: string, id: string): void {
    this.#registry.set(name, id);
  }

  meaning(name: string): string | undefined {
    return this.#names.get(name);
  }

  /** A container from a named image that runs and is healthy. */
  run(name: string, image: string, labels: Readonly<Record<string, string>> = {}): string {
    const id = this.#engine.addContainer({
      name,
      image,
      labels: { 'tsgen.deploy': 'team/web', ...labels },
      env: { VIRTUAL_HOST: 'a.test' },
      health: 'healthy',
    });
    Object.assign(this.#engine.container(id), { Image: this.#names.get(image), RestartCount: 0 });
    return id;
  }

  #answer(request: LoggedRequest, body: string): FakeAnswer | undefined {
    const { method, path, query } = request;
    const [, image] = /^\/images\/(.+)\/(?:json|tag)$/.exec(path) ?? [];
    if (image !== undefined) {
      const id = this.#find(decodeURIComponent(image));
      if (id === undefined) return { status: 404, value: { message: `No such image: ${image}` } };
      if (method === 'GET')
        return { status: 200, value: { Id: id, Config: this.#configs.get(id) } };
      this.#names.set(`${query.get('repo')}:${query.get('tag')}`, id);
      return { status: 201 };
    }
    if (path === '/images/create')
      return this.#pull(`${query.get('fromImage')}:${query.get('tag')}`);
    if (method === 'POST' && path === '/containers/create') return this.#create(query, body);
    const [, network] = /^\/networks\/(.+)\/connect$/.exec(path) ?? [];
    if (network !== undefined) {
      const { Container } = JSON.parse(body) as { readonly Container: string };
      this.#engine.connect(Container, network);
      return { status: 200 };
    }
    return this.#change(request);
  }

  #change({ method, path, query }: LoggedRequest): FakeAnswer | undefined {
    const [, id = '', verb] =
      /^\/containers\/([0-9a-f]{64})(?:\/(start|rename))?$/.exec(path) ?? [];
    const wire = this.#engine.containers.get(id);
    if (!wire) return undefined;
    if (method === 'DELETE') {
      if (wire.State.Running) this.#engine.stop(id);
      this.#engine.remove(id);
      return { status: 204 };
    }
    if (verb === 'rename') {
      this.#engine.rename(id, query.get('name') ?? '');
      return { status: 204 };
    }
    if (verb !== 'start') return undefined;
    wire.State.Health = { Status: 'starting' };
    this.#engine.start(id);
    const { Image = '' } = wire as { readonly Image?: string };
    const behaviour = this.#behaviours.get(Image);
    // As the engine has it: not before the start was answered.
    setImmediate(() => {
      if (behaviour === 'gets-healthy') this.#engine.setHealth(id, 'healthy');
      if (behaviour === 'gets-unhealthy') this.#engine.setHealth(id, 'unhealthy');
    });
    return { status: 204 };
  }

  #pull(name: string): FakeAnswer {
    const id = this.#registry.get(name);
    const error =
      this.pullError ?? (id === undefined ? `manifest for ${name} not found` : undefined);
    const start = JSON.stringify({ status: `Pulling from ${name}` });
    if (error !== undefined || id === undefined) {
      return { status: 200, text: `${start}\r\n${JSON.stringify({ error })}\r\n` };
    }
    this.#names.set(name, id);
    return { status: 200, text: `${start}\r\n${JSON.stringify({ status: 'Done' })}\r\n` };
  }

  #create(query: URLSearchParams, body: string): FakeAnswer {
    const wish = JSON.parse(body) as CreateBody;
    const name = query.get('name') ?? '';
    const image = this.#find(wish.Image);
    if (image === undefined)
      return { status: 404, value: { message: `No such image: ${wish.Image}` } };
    if ([...this.#engine.containers.values()].some(({ Name }) => Name === `/${name}`)) {
      return { status: 409, value: { message: `The name /${name} is in use` } };
    }
    const endpoints = wish.NetworkingConfig?.EndpointsConfig ?? {};
    const id = this.#engine.addContainer({
      name,
      image: wish.Image,
      labels: { ...wish.Labels },
      networks: Object.keys(endpoints),
      running: false,
      health: 'starting',
    });
    const made = this.#engine.container(id);
    made.Config = { ...made.Config, Env: [...(wish.Env ?? [])] };
    made.HostConfig = { ...wish.HostConfig };
    for (const [network, { Aliases = [] }] of Object.entries(endpoints)) {
      Object.assign(made.NetworkSettings.Networks[network] ?? {}, { Aliases });
    }
    Object.assign(made, { Image: image, RestartCount: 0 });
    return { status: 201, value: { Id: id, Warnings: [] } };
  }

  #find(nameOrId: string): string | undefined {
    return this.#names.get(nameOrId) ?? (this.#configs.has(nameOrId) ? nameOrId : undefined);
  }
}
