import { listChanges } from '../base/list-changes.ts';
import { resorted } from '../base/resorted.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ContainerMark } from '../output/history-set.ts';
import { byMark } from './container-marks.ts';
import { keptHashOf } from './hash-of.ts';

/**
 * The marks of the containers that a template of the user's own is given: what it makes of them nobody
 * knows. A list costs what is not the same as in the one before.
 */
export class ListMarks {
  #listed: readonly RuntimeContainer[] = [];
  readonly #byContainer = new WeakMap<RuntimeContainer, ContainerMark>();
  #marks: readonly ContainerMark[] = [];

  /** Sorted by name; that of a container is the same object as long as that is. */
  of(listed: readonly RuntimeContainer[]): readonly ContainerMark[] {
    const { removed, added } = listChanges(this.#listed, listed);
    this.#listed = listed;
    if (removed.length + added.length === 0) return this.#marks;
    const mark = (container: RuntimeContainer) => this.#markOf(container);
    const changes = { gone: removed.map(mark), added: added.map(mark) };
    this.#marks = resorted(this.#marks, changes, byMark);
    return this.#marks;
  }

  #markOf(container: RuntimeContainer): ContainerMark {
    const known = this.#byContainer.get(container);
    if (known) return known;
    const { ID: id, Name: name } = container;
    const made = { id, name, servers: [], print: keptHashOf(container) };
    this.#byContainer.set(container, made);
    return made;
  }
}
