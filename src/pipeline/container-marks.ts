import { byText } from '../base/by-text.ts';
import { listChanges } from '../base/list-changes.ts';
import type { ContainerMark, NameList, SetChange } from '../output/history-set.ts';

/** Who came, went or changed between two sets; who did not is mostly the same object in both. */
export function changesOfMarks(
  before: readonly ContainerMark[],
  after: readonly ContainerMark[],
): Pick<SetChange, 'came' | 'went' | 'changed'> {
  const { removed, added } = listChanges(before, after);
  const [old, now] = [byNames(removed), byNames(added)];
  const names = (marks: readonly ContainerMark[]) => nameList(marks.map(({ name }) => name));
  return {
    came: names(added.filter(({ name }) => !old.has(name))),
    went: names(removed.filter(({ name }) => !now.has(name))),
    changed: names(
      added.filter(({ id, name, print }) => {
        const other = old.get(name);
        return other !== undefined && (other.id !== id || other.print !== print);
      }),
    ),
  };
}

/** `+` came, `-` went, `~` changed; '' for nothing. */
export function changeText({
  came,
  went,
  changed,
}: Pick<SetChange, 'came' | 'went' | 'changed'>): string {
  const words = [
    { sign: '+', ...came },
    { sign: '-', ...went },
    { sign: '~', ...changed },
  ].flatMap(({ sign, names, more }) => [
    ...names.map((name) => `${sign}${name}`),
    ...(more > 0 ? [`${sign}${more} more`] : []),
  ]);
  return words.join(' ');
}

/** Servers of a set that are no longer what they were. */
export interface StaleServers {
  /** `container (address:port)`: it does not get requests there any more. */
  readonly gone: readonly string[];
  /** Of those, the ones whose address another container has now. */
  readonly taken: readonly { readonly server: string; readonly by: string }[];
  /** How many servers the set has. */
  readonly total: number;
}

/** @param now the containers that would get requests. */
export function staleServers(
  set: readonly ContainerMark[],
  now: readonly ContainerMark[],
): StaleServers {
  const ids = new Map(now.map((mark) => [mark.id, mark]));
  const owners = new Map(now.flatMap(({ name, servers }) => servers.map((one) => [one, name])));
  const gone: string[] = [];
  const taken: { server: string; by: string }[] = [];
  let total = 0;
  for (const { id, name, servers } of set) {
    total += Math.max(1, servers.length);
    const current = ids.get(id);
    if (servers.length === 0 && !current) gone.push(name);
    for (const server of servers) {
      if (current?.servers.includes(server)) continue;
      const text = `${name} (${server})`;
      gone.push(text);
      const by = owners.get(server);
      if (by !== undefined && by !== name) taken.push({ server: text, by });
    }
  }
  return { gone, taken, total };
}

function byNames(marks: readonly ContainerMark[]): ReadonlyMap<string, ContainerMark> {
  return new Map(marks.map((mark) => [mark.name, mark]));
}

/** By name. */
export function byMark(a: ContainerMark, b: ContainerMark): number {
  return byText(a.name, b.name) || byText(a.id, b.id);
}

/** So many are kept by name, of each kind. */
const MOST = 20;

function nameList(names: readonly string[]): NameList {
  return { names: names.slice(0, MOST), more: Math.max(0, names.length - MOST) };
}
