/** A container of the scaled service, as the engine tells of it. */
export interface ListedReplica {
  readonly id: string;
  /** What it calls itself in `X-Served-By`. */
  readonly hostname: string;
  /** `web-3`, as Compose numbers it. */
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'stopped';
}

/**
 * - `starting`: its container does not run yet, or is not healthy yet
 * - `ready`: it should get requests
 * - `leaving`: it was told to stop and may still answer
 * - `gone`: it has ended
 */
export type ReplicaState = 'starting' | 'ready' | 'leaving' | 'gone';

export interface Replica {
  readonly id: string;
  readonly hostname: string;
  readonly name: string;
  readonly state: ReplicaState;
  /** Whether it came after the first look, and after the last `settle`. */
  readonly isNew: boolean;
}

/** The parts of `docker inspect`'s JSON that are read here. */
interface Inspected {
  readonly Id: string;
  readonly Config: {
    readonly Hostname: string;
    readonly Labels?: Readonly<Record<string, string>>;
  };
  readonly State: {
    readonly Status: string;
    readonly Health?: { readonly Status: string };
  };
}

const SERVICE_LABEL = 'com.docker.compose.service';
const NUMBER_LABEL = 'com.docker.compose.container-number';

/** Reads what `docker inspect` prints about Compose's containers. */
export function parseInspected(json: string): ListedReplica[] {
  return (JSON.parse(json) as Inspected[]).map(({ Id, Config, State }) => ({
    id: Id,
    hostname: Config.Hostname,
    name: `${Config.Labels?.[SERVICE_LABEL] ?? 'replica'}-${Config.Labels?.[NUMBER_LABEL] ?? Id.slice(0, 12)}`,
    state: stateOf(State),
  }));
}

function stateOf({ Status, Health }: Inspected['State']): ListedReplica['state'] {
  if (Status === 'created' || Status === 'restarting') return 'starting';
  if (Status !== 'running') return 'stopped';
  return Health === undefined || Health.Status === 'healthy' ? 'ready' : 'starting';
}

/** Everything that is known of the replicas, those that have ended included. */
export class Roster {
  readonly #replicas = new Map<string, Replica>();
  readonly #names = new Map<string, string>();
  readonly #leaving = new Set<string>();
  #looked = false;

  /** Takes in a complete list: whoever is not in it has ended. */
  update(listed: readonly ListedReplica[]): void {
    const byId = new Map(listed.map((one) => [one.id, one]));
    for (const [id, replica] of this.#replicas) {
      if (!byId.has(id)) this.#replicas.set(id, { ...replica, state: 'gone' });
    }
    for (const { id, hostname, name, state } of listed) {
      const known = this.#replicas.get(id);
      this.#names.set(hostname, name);
      this.#replicas.set(id, {
        id,
        hostname,
        name,
        state: state === 'stopped' ? 'gone' : this.#leaving.has(id) ? 'leaving' : state,
        isNew: known?.isNew ?? this.#looked,
      });
    }
    this.#looked = true;
  }

  /** The container was sent a signal that stops it. */
  leave(id: string): void {
    this.#leaving.add(id);
    const known = this.#replicas.get(id);
    if (known && known.state !== 'gone') this.#replicas.set(id, { ...known, state: 'leaving' });
  }

  /** A phase is over: nobody is new any more, and those that have ended need no place. */
  settle(): void {
    for (const [id, replica] of this.#replicas) {
      if (replica.state === 'gone') this.#replicas.delete(id);
      else this.#replicas.set(id, { ...replica, isNew: false });
    }
  }

  /** The name of whoever answers so, also long after its end; nothing for a stranger. */
  nameOf(hostname: string): string | undefined {
    return this.#names.get(hostname);
  }

  /** Those that have a place now, by name: `web-2` before `web-10`. */
  get all(): readonly Replica[] {
    return [...this.#replicas.values()].sort(byName);
  }

  /** Everybody who was ever listed, by name. */
  get everyone(): readonly Named[] {
    return [...this.#names].map(([hostname, name]) => ({ hostname, name })).sort(byName);
  }
}

/** How a replica answers, and what Compose calls it. */
export type Named = Pick<Replica, 'hostname' | 'name'>;

function byName(a: Named, b: Named): number {
  return (
    a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.hostname < b.hostname ? -1 : 1)
  );
}
