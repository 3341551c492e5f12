import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { DockerApi, Filters, WireContainer } from './api.ts';
import type {
  CreateConfig,
  CreateEndpoint,
  DeployApi,
  Signal,
  WireImage,
  WireReplica,
} from './deploy-api.ts';
import { EngineError } from './engine-error.ts';
import { pullOutcome } from './pull-outcome.ts';
import type { Shape } from './shape.ts';
import { CREATED, IMAGE, REPLICA } from './wire-shapes.ts';

/** One request, bounded in time; `path` is what it is called in messages. */
export type Ask = <Result>(
  path: string,
  request: (docker: Dockerode, signal: AbortSignal) => Promise<Result>,
  options?: Signal & { readonly timeoutMs?: number },
) => Promise<Result>;

/** Refuses an answer that is not of a shape. */
export type Expect = (answer: unknown, shape: Shape, path: string) => void;

/** A container may ask for any time to stop in; removing one kills it, and may free much. */
const REMOVE_MS = 120_000;

/** The part of the engine's client that makes, replaces and removes containers. */
export class DeployClient implements DeployApi {
  readonly #docker: DockerApi;
  readonly #ask: Ask;
  readonly #expect: Expect;

  constructor(docker: DockerApi, ask: Ask, expect: Expect) {
    this.#docker = docker;
    this.#ask = ask;
    this.#expect = expect;
  }

  async listContainers(query: { readonly filters: Filters } & Signal) {
    return await this.#docker.listContainers({ ...query, all: true });
  }

  async inspectReplica(id: string, options: Signal = {}): Promise<WireReplica | undefined> {
    const wire: WireContainer | undefined = await this.#docker.inspectContainer(id, options);
    if (!wire) return undefined;
    this.#expect(wire, REPLICA, `GET /containers/${id}/json`);
    return wire as WireReplica;
  }

  async inspectImage(name: string, options: Signal = {}): Promise<WireImage | undefined> {
    const path = `GET /images/${name}/json`;
    const image = await unlessMissing(
      this.#ask(path, (docker) => docker.getImage(name).inspect() as Promise<unknown>, options),
    );
    if (image === undefined) return undefined;
    this.#expect(image, IMAGE, path);
    return image as WireImage;
  }

  async pullImage(
    name: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const complaint = await this.#ask(
      `POST /images/create (${name})`,
      async (docker, abortSignal) => {
        const stream = (await docker.pull(name, { abortSignal })) as Readable;
        const end = () => stream.destroy(abortSignal.reason as Error);
        abortSignal.addEventListener('abort', end, { once: true });
        return await pullOutcome(stream);
      },
      options,
    );
    // The status was 200 by the time at which the pull failed.
    if (complaint !== undefined) {
      throw new EngineError(
        `The Docker Engine at ${this.#docker.endpoint} could not pull ${name}: ${complaint}`,
      );
    }
  }

  async tagImage(id: string, name: string, options: Signal = {}): Promise<void> {
    const colon = name.lastIndexOf(':');
    await this.#ask(
      `POST /images/${id}/tag`,
      (docker, abortSignal) =>
        docker
          .getImage(id)
          .tag({ repo: name.slice(0, colon), tag: name.slice(colon + 1), abortSignal }),
      options,
    );
  }

  async createContainer(name: string, config: CreateConfig, options: Signal = {}): Promise<string> {
    const path = 'POST /containers/create';
    const created: unknown = await this.#ask(
      path,
      async (docker, abortSignal) => {
        // As dockerode takes a name apart from the rest.
        const wish = { _query: { name }, _body: config, abortSignal };
        const { id } = await docker.createContainer(wish as Dockerode.ContainerCreateOptions);
        return { Id: id };
      },
      options,
    );
    this.#expect(created, CREATED, path);
    return (created as { readonly Id: string }).Id;
  }

  async connectNetwork(
    network: string,
    container: string,
    endpoint: CreateEndpoint,
    options: Signal = {},
  ): Promise<void> {
    await this.#ask(
      `POST /networks/${network}/connect`,
      (docker, abortSignal) =>
        docker.getNetwork(encodeURIComponent(network)).connect({
          _body: { Container: container, EndpointConfig: endpoint },
          abortSignal,
        } as object as Dockerode.NetworkConnectOptions) as Promise<unknown>,
      options,
    );
  }

  async startContainer(id: string, options: Signal = {}): Promise<void> {
    await unlessStatus(
      304,
      this.#ask(
        `POST /containers/${id}/start`,
        (docker, abortSignal) =>
          docker.getContainer(encodeURIComponent(id)).start({ abortSignal }) as Promise<unknown>,
        options,
      ),
    );
  }

  async stopContainer(id: string, options: Signal = {}): Promise<void> {
    await unlessMissing(this.#docker.stopContainer(id, options));
  }

  async renameContainer(id: string, name: string, options: Signal = {}): Promise<void> {
    await this.#ask(
      `POST /containers/${id}/rename`,
      (docker, abortSignal) =>
        docker
          .getContainer(encodeURIComponent(id))
          .rename({ name, abortSignal }) as Promise<unknown>,
      options,
    );
  }

  async removeContainer(id: string, options: Signal = {}): Promise<void> {
    await unlessMissing(
      this.#ask(
        `DELETE /containers/${id}`,
        (docker, abortSignal) =>
          docker
            .getContainer(encodeURIComponent(id))
            .remove({ force: true, abortSignal }) as Promise<unknown>,
        { ...options, timeoutMs: REMOVE_MS },
      ),
    );
  }
}

async function unlessMissing<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  return await unlessStatus(404, asked);
}

async function unlessStatus<Result>(
  status: number,
  asked: Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof EngineError && error.status === status) return undefined;
    throw error;
  }
}
