import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { Pool } from '../base/pool.ts';
import type { ContainerSummary, DockerApi, EngineInfo, WireContainer } from '../docker/api.ts';
import { EngineError, MalformedContainer } from '../docker/engine-error.ts';
import type { Answer } from './cache.ts';
import { toEntry } from './entry.ts';
import { NetworkTable } from './network-table.ts';

export interface Look {
  readonly info: EngineInfo;
  /** Of all containers that run, are paused or wait for a restart; or of all that there are. */
  readonly answers: ReadonlyMap<string, Answer>;
}

export interface LookerOptions {
  readonly api: DockerApi;
  readonly log: Logger;
  readonly clock: Clock;
  /** See `InventoryOptions`. */
  readonly confirmEmptyMs?: number | undefined;
  /** How many inspects may be under way; engines fail beyond some hundreds. Default 16. */
  readonly inspectsInFlight?: number | undefined;
  /** Look at containers that do not run too. */
  readonly holdsStopped?: boolean;
}

const CONFIRM_EMPTY_MS = 5_000;
const STATUSES = ['running', 'paused', 'restarting'] as const;

/** Asks the engine about containers. Of what it answers only what tsgen needs is kept. */
export class Looker {
  readonly #api: DockerApi;
  readonly #log: Logger;
  readonly #pool: Pool;
  readonly #networks: NetworkTable;
  readonly #holdsStopped: boolean;
  readonly #clock: Clock;
  readonly #confirmEmptyMs: number;
  /** What was said of containers that the engine cannot tell about, by their IDs. */
  readonly #said = new Map<string, string>();

  constructor(options: LookerOptions) {
    const { api, log, clock, inspectsInFlight = 16, holdsStopped = false } = options;
    this.#clock = clock;
    this.#confirmEmptyMs = options.confirmEmptyMs ?? CONFIRM_EMPTY_MS;
    this.#holdsStopped = holdsStopped;
    this.#api = api;
    this.#log = log;
    this.#pool = new Pool(inspectsInFlight);
    this.#networks = new NetworkTable(api);
  }

  /**
   * Everything: one list, one inspect for each container.
   *
   * @param known spares asking for the info, and says how many containers there were
   */
  async everything(
    signal: AbortSignal,
    known: { readonly info?: EngineInfo | undefined; readonly containers?: number } = {},
  ): Promise<Look> {
    const [info, answers] = await Promise.all([
      known.info ?? this.#api.info({ signal }),
      this.#answers(signal, known.containers ?? 0),
    ]);
    return { info, answers };
  }

  async #answers(signal: AbortSignal, before: number): Promise<ReadonlyMap<string, Answer>> {
    const [list] = await Promise.all([this.#list(signal, before), this.#networks.refresh(signal)]);
    const listed = new Set(list.map(({ id }) => id));
    for (const id of this.#said.keys()) if (!listed.has(id)) this.#said.delete(id);
    const answers = new Map<string, Answer>();
    const failures: unknown[] = [];
    await Promise.all(
      list.map(({ id, name }) =>
        this.#pool.run(async () => {
          signal.throwIfAborted();
          try {
            answers.set(id, await this.#inspect(id, signal));
          } catch (error) {
            if (!isAboutOne(error)) throw error;
            failures.push(error);
            answers.set(id, this.#unknown(id, name, error));
          }
        }),
      ),
    );
    // One broken container is its own affair; if all are, it is the engine that is broken.
    if (failures.length > 0 && failures.length === list.length) throw failures[0];
    return answers;
  }

  /** One that is empty all of a sudden may be that of an engine that has only begun to look itself. */
  async #list(signal: AbortSignal, before: number): Promise<readonly ContainerSummary[]> {
    const look = () =>
      this.#api.listContainers({
        all: true,
        ...(this.#holdsStopped ? {} : { filters: { status: STATUSES } }),
        signal,
      });
    const list = await look();
    if (list.length > 0 || before === 0 || this.#confirmEmptyMs === 0) return list;
    const seconds = this.#confirmEmptyMs / 1_000;
    this.#log.warn(
      `The engine shows no container, where there were ${before}: nothing is changed until a second look in ${seconds} s says so too (--confirm-empty).`,
    );
    await this.#clock.sleep(this.#confirmEmptyMs, signal);
    return await look();
  }

  /** One container, before those of a full look. `begin` is called when the question is put. */
  async one(
    id: string,
    options: { readonly signal: AbortSignal; readonly begin: () => void },
  ): Promise<Answer> {
    const { signal, begin } = options;
    return await this.#pool.run(
      async () => {
        signal.throwIfAborted();
        begin();
        try {
          return await this.#inspect(id, signal);
        } catch (error) {
          if (!isAboutOne(error)) throw error;
          return this.#unknown(id, '', error);
        }
      },
      { urgent: true },
    );
  }

  async #inspect(id: string, signal: AbortSignal): Promise<Answer> {
    const wire = await this.#api.inspectContainer(id, { signal });
    this.#said.delete(id);
    if (!wire) return { kind: 'gone' };
    await this.#networks.cover(networkIds(wire), signal);
    return { kind: 'found', entry: toEntry(wire, this.#networks.isInternal) };
  }

  /** Said once for as long as it stays the same: events and full looks ask again and again. */
  #unknown(id: string, name: string, error: unknown): Answer {
    const message = `${messageOf(error)} The container is left as it is.`;
    const container = name || id.slice(0, 12);
    if (this.#said.get(id) === message) this.#log.debug(message, { container });
    else this.#log.warn(message, { container });
    this.#said.set(id, message);
    return { kind: 'unknown' };
  }
}

/**
 * The engine works but cannot tell about this container, such as one whose files are damaged, or
 * tells something that is no container.
 */
function isAboutOne(error: unknown): boolean {
  return (
    error instanceof MalformedContainer || (error instanceof EngineError && error.status === 500)
  );
}

function networkIds(wire: WireContainer): readonly string[] {
  return Object.values(wire.NetworkSettings?.Networks ?? {}).flatMap((endpoint) =>
    endpoint?.NetworkID ? [endpoint.NetworkID] : [],
  );
}
