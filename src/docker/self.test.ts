import { describe, expect, it } from 'vitest';
import { findSelfId } from './self.ts';

const OWN = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);

function find(files: Readonly<Record<string, string>>, hostname = '') {
  return findSelfId({ hostname, readFile: (path) => files[path] ?? '' });
}

/** A line of mountinfo. */
function mount(source: string, mountPoint: string): string {
  return `1129 1113 259:1 ${source} ${mountPoint} rw,relatime - ext4 /dev/root rw,discard`;
}

describe('findSelfId', () => {
  it.each([
    ['cgroup v1', { '/proc/self/cgroup': `12:pids:/docker/${OWN}\n11:cpuset:/docker/${OWN}\n` }],
    ['systemd scopes', { '/proc/self/cgroup': `0::/system.slice/docker-${OWN}.scope\n` }],
    ['cpuset', { '/proc/1/cpuset': `/docker/${OWN}\n` }],
    [
      'cgroup v2, where only the mounts tell',
      {
        '/proc/self/cgroup': '0::/\n',
        '/proc/self/mountinfo': `${mount('/', '/')}\n${mount(`/var/lib/docker/containers/${OWN}/resolv.conf`, '/etc/resolv.conf')}\n`,
      },
    ],
    [
      'Podman',
      {
        '/proc/self/mountinfo': mount(
          `/containers/storage/overlay-containers/${OWN}/userdata/hostname`,
          '/etc/hostname',
        ),
      },
    ],
  ])('finds itself by %s', (_, files) => {
    expect(find(files)).toBe(OWN);
  });

  it('is on the host where only the mounts of other containers are listed', () => {
    const mountinfo = [
      mount(
        `/var/lib/docker/containers/${OTHER}/mounts/shm`,
        `/var/lib/docker/containers/${OTHER}/mounts/shm`,
      ),
      mount(`/overlay2/${OTHER}/merged`, `/var/lib/docker/overlay2/${OTHER}/merged`),
    ].join('\n');
    expect(
      find({ '/proc/self/cgroup': '0::/user.slice\n', '/proc/self/mountinfo': mountinfo }),
    ).toBeUndefined();
  });

  it('prefers the ID that begins with the host name', () => {
    const files = { '/proc/self/cgroup': `1:name=systemd:/docker/${OTHER}/docker/${OWN}\n` };
    expect(find(files, OWN.slice(0, 12))).toBe(OWN);
  });

  it('takes no part of an ID for a host name', () => {
    const files = { '/proc/self/cgroup': `0::/docker/${OTHER}\n` };
    expect(find(files, 'web')).toBe(OTHER);
    expect(find(files, '')).toBe(OTHER);
  });

  it('knows nothing where nothing can be read', () => {
    expect(find({}, OWN.slice(0, 12))).toBeUndefined();
  });
});
