import { posix } from 'node:path';
import type { Mount } from '../inventory/runtime-container.ts';

export type MountPoint = Pick<Mount, 'Name' | 'Source' | 'Destination'>;

export interface MountView {
  /** The mounts of the container that tsgen runs in; absent on a host, whose paths are its own. */
  readonly own?: readonly MountPoint[];
  readonly proxy: readonly MountPoint[];
  /** The proxy container's name, for messages. */
  readonly proxyName: string;
}

export type MappedPath =
  | { readonly kind: 'ok'; readonly path: string }
  | { readonly kind: 'unmapped'; readonly reason: string };

/**
 * A path of ours as the proxy's container sees it: own path → place on the host or in a volume →
 * the proxy's path. Of several ways the most specific mount counts, then the one at the same
 * place as ours. The path has to be absolute and without links in its folders.
 */
export function mapPath(path: string, view: MountView): MappedPath {
  const folder = posix.dirname(path);
  let place: Place = { volume: '', hostPath: path };
  if (view.own) {
    const mount = mountOf(path, view.own);
    if (!mount || (mount.Name === '' && mount.Source === '')) {
      return unmapped(
        mount
          ? `'${path}' is in a memory file system of tsgen's own container, which no other container can see. ${SHARE}`
          : `'${path}' is in the file system of tsgen's own container, where the proxy's container '${view.proxyName}' cannot see it. ${SHARE}`,
        `conf:${folder}`,
        "and in the proxy's as",
        `conf:${folder}:ro`,
      );
    }
    place = {
      volume: mount.Name,
      hostPath: mount.Source && join(mount.Source, below(mount.Destination, path)),
      root: mount,
    };
  }
  const found = candidates(place, path, view.proxy).find(
    ({ mount, path: seen }) => mountOf(seen, view.proxy) === mount,
  );
  if (found) return { kind: 'ok', path: found.path };
  const source = place.volume || (place.root?.Source ?? folder);
  return unmapped(
    `The proxy's container '${view.proxyName}' does not mount ${place.volume ? `the volume '${source}'` : `'${source}'`}, where '${path}' is. Add to its \`volumes:\``,
    `${source}:${place.root?.Destination ?? folder}:ro`,
  );
}

const SHARE = "Mount one volume in both, in tsgen's `volumes:` as";

interface Place {
  /** '' where it is no named volume. */
  readonly volume: string;
  /** '' where the engine does not tell. */
  readonly hostPath: string;
  /** Our mount that holds it. */
  readonly root?: MountPoint;
}

interface Candidate {
  readonly mount: MountPoint;
  readonly path: string;
}

function candidates(place: Place, path: string, mounts: readonly MountPoint[]): Candidate[] {
  const found: (Candidate & { readonly depth: number; readonly same: number })[] = [];
  for (const mount of mounts) {
    const seen = seenThrough(mount, place, path);
    if (seen === undefined) continue;
    const same = mount.Destination === place.root?.Destination ? 0 : 1;
    found.push({ mount, path: seen, depth: mount.Source.length, same });
  }
  return found.sort(
    (a, b) =>
      b.depth - a.depth || a.same - b.same || (a.mount.Destination < b.mount.Destination ? -1 : 1),
  );
}

function seenThrough(mount: MountPoint, place: Place, path: string): string | undefined {
  if (place.volume !== '' && mount.Name === place.volume && place.root) {
    return join(mount.Destination, below(place.root.Destination, path));
  }
  if (place.hostPath === '' || mount.Source === '' || !covers(mount.Source, place.hostPath)) {
    return undefined;
  }
  return join(mount.Destination, below(mount.Source, place.hostPath));
}

/** The mount that a path of a container lies on: the deepest one that covers it. */
function mountOf(path: string, mounts: readonly MountPoint[]): MountPoint | undefined {
  let best: MountPoint | undefined;
  for (const mount of mounts) {
    if (!covers(mount.Destination, path)) continue;
    if (!best || mount.Destination.length > best.Destination.length) best = mount;
  }
  return best;
}

function covers(folder: string, path: string): boolean {
  const relative = posix.relative(folder, path);
  return relative === '' || (relative !== '..' && !relative.startsWith('../'));
}

/** '' for the folder itself: what is mounted may be a single file. */
function below(folder: string, path: string): string {
  return posix.relative(folder, path);
}

function join(folder: string, relative: string): string {
  return relative === '' ? folder : posix.join(folder, relative);
}

function unmapped(first: string, ...rest: readonly string[]): MappedPath {
  const parts = rest.map((part, index) => (index % 2 === 0 ? `\`- ${part}\`` : part));
  return { kind: 'unmapped', reason: `${[first, ...parts].join(' ')}.` };
}
