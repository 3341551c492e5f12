/** Reads a text file; '' when it cannot be read. */
export type ReadFile = (path: string) => string;

const ID = /[0-9a-f]{64}/g;
/** Docker: `…/containers/<id>/hostname`. Podman: `…/<id>/userdata/hostname`. */
const MOUNT_SOURCE =
  /(?:containers\/([0-9a-f]{64})|\/([0-9a-f]{64})\/(?:userdata\/)?(?:hostname|hosts|resolv\.conf))/;
const OWN_MOUNT_POINTS = new Set(['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']);

/**
 * The ID of the container that this process runs in; `undefined` on a host. Looks where
 * docker-gen looks, and in its order: an ID that begins with the host name (the default in a
 * container) goes before any other. Of the mounts only those count that an engine makes for the
 * container itself: a host lists the mounts of all its containers.
 */
export function findSelfId(options: {
  readonly hostname: string;
  readonly readFile: ReadFile;
}): string | undefined {
  const ids = [
    ...idsIn(options.readFile('/proc/1/cpuset')),
    ...idsIn(options.readFile('/proc/self/cgroup')),
    ...idsInMounts(options.readFile('/proc/self/mountinfo')),
  ];
  const { hostname } = options;
  const named = /^[0-9a-f]{12,64}$/.test(hostname)
    ? ids.find((id) => id.startsWith(hostname))
    : undefined;
  return named ?? ids[0];
}

function idsIn(text: string): readonly string[] {
  return text.match(ID) ?? [];
}

/** In `mountinfo` the fourth field is the root of the mount in its file system, the fifth where it is. */
function idsInMounts(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, , , source = '', mountPoint = ''] = line.split(' ');
    if (!OWN_MOUNT_POINTS.has(mountPoint)) return [];
    const found = source.match(MOUNT_SOURCE);
    const id = found?.[1] ?? found?.[2];
    return id === undefined ? [] : [id];
  });
}
