import { byText } from '../base/by-text.ts';
import { listChanges } from '../base/list-changes.ts';
import { resorted } from '../base/resorted.ts';
import type { ContainerMark } from '../output/history-set.ts';
import type { RoutingModel, Server, Site, TcpService, Upstream } from '../routing/model.ts';
import { byMark } from './container-marks.ts';
import { hashOf } from './hash-of.ts';

/** A container as one server of one site or TCP service. */
interface Part {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** What it is there. */
  readonly text: string;
}

type Place = Site | TcpService;

/**
 * The marks of the containers that one model after the other gives requests. A model costs the sites
 * that it does not share with the one before; a container of which nothing changed keeps its object.
 */
export class ModelMarks {
  #places: readonly Place[] = [];
  readonly #parts = new Map<string, readonly Part[]>();
  readonly #byId = new Map<string, ContainerMark>();
  #marks: readonly ContainerMark[] = [];

  /** Sorted by name. */
  of({ sites, tcp }: RoutingModel): readonly ContainerMark[] {
    const places = [...sites, ...tcp];
    const { removed, added } = listChanges(this.#places, places);
    this.#places = places;
    const [gone, come] = [removed.flatMap(partsOf), added.flatMap(partsOf)];
    const ids = new Set([...gone, ...come].map(({ id }) => id));
    if (ids.size === 0) return this.#marks;
    this.#take(gone, come);
    const changes: { gone: ContainerMark[]; added: ContainerMark[] } = { gone: [], added: [] };
    for (const id of ids) {
      const mark = markOf(this.#parts.get(id) ?? []);
      const old = this.#byId.get(id);
      if (mark && old && isSame(mark, old)) continue;
      if (old) changes.gone.push(old);
      if (mark) changes.added.push(mark);
      if (mark) this.#byId.set(id, mark);
      else this.#byId.delete(id);
    }
    this.#marks = resorted(this.#marks, changes, byMark);
    return this.#marks;
  }

  #take(gone: readonly Part[], come: readonly Part[]): void {
    for (const part of gone) {
      const parts = this.#parts.get(part.id) ?? [];
      const at = parts.findIndex(({ text }) => text === part.text);
      const left = parts.filter((_, index) => index !== at);
      if (left.length > 0) this.#parts.set(part.id, left);
      else this.#parts.delete(part.id);
    }
    for (const part of come) {
      this.#parts.set(part.id, [...(this.#parts.get(part.id) ?? []), part]);
    }
  }
}

function partsOf(place: Place): readonly Part[] {
  return 'routes' in place
    ? place.routes.flatMap(({ path, upstream }) =>
        partsOfUpstream(`${place.host}${path} ${upstream.protocol}`, upstream),
      )
    : partsOfUpstream(`tcp ${place.port}`, place.upstream);
}

function partsOfUpstream(where: string, { servers }: Pick<Upstream, 'servers'>): readonly Part[] {
  return servers.map((server) => {
    const { container, weight = 1, backup = false } = server;
    const address = addressOf(server);
    return { ...container, address, text: [where, address, weight, backup].join(' ') };
  });
}

function markOf(parts: readonly Part[]): ContainerMark | undefined {
  const [first] = parts;
  if (!first) return undefined;
  return {
    ...{ id: first.id, name: first.name },
    servers: [...new Set(parts.map(({ address }) => address))].sort(byText),
    print: hashOf(parts.map(({ text }) => text).sort(byText)),
  };
}

function isSame(a: ContainerMark, b: ContainerMark): boolean {
  return a.name === b.name && a.print === b.print;
}

function addressOf({ address, port, family }: Server): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
