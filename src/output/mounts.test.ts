import { describe, expect, it } from 'vitest';
import { type MountPoint, type MountView, mapPath } from './mounts.ts';

const DATA = '/var/lib/docker/volumes/conf/_data';

function volume(name: string, destination: string): MountPoint {
  return {
    Name: name,
    Source: `/var/lib/docker/volumes/${name}/_data`,
    Destination: destination,
  };
}

function bind(source: string, destination: string): MountPoint {
  return { Name: '', Source: source, Destination: destination };
}

function view(proxy: readonly MountPoint[], own?: readonly MountPoint[]): MountView {
  return { proxy, proxyName: 'web-proxy-1', ...(own && { own }) };
}

describe('mapPath', () => {
  const CONF_D = '/etc/nginx/conf.d';
  it.each<[string, string, MountView, string]>([
    [
      'a volume that both mount at the same place',
      `${CONF_D}/default.conf`,
      view([volume('conf', CONF_D)], [volume('conf', CONF_D)]),
      `${CONF_D}/default.conf`,
    ],
    [
      'a volume that they mount at different places',
      '/out/.tsgen/default.conf/candidate/default.conf',
      view([volume('conf', CONF_D)], [volume('conf', '/out')]),
      `${CONF_D}/.tsgen/default.conf/candidate/default.conf`,
    ],
    [
      'a volume whose place on the host the engine does not tell',
      '/out/a.conf',
      view(
        [{ Name: 'conf', Source: '', Destination: CONF_D }],
        [{ Name: 'conf', Source: '', Destination: '/out' }],
      ),
      `${CONF_D}/a.conf`,
    ],
    [
      'a folder of the host that both mount',
      '/out/a.conf',
      view([bind('/srv/conf', CONF_D)], [bind('/srv/conf', '/out')]),
      `${CONF_D}/a.conf`,
    ],
    [
      'a folder above the one that tsgen mounts',
      '/out/a.conf',
      view([bind('/srv', '/mnt')], [bind('/srv/conf', '/out')]),
      '/mnt/conf/a.conf',
    ],
    [
      'a folder below the one that tsgen mounts',
      '/out/conf/a.conf',
      view([bind('/srv/conf', CONF_D)], [bind('/srv', '/out')]),
      `${CONF_D}/a.conf`,
    ],
    [
      'a single file',
      '/out/a.conf',
      view([bind('/srv/a.conf', `${CONF_D}/x.conf`)], [bind('/srv/a.conf', '/out/a.conf')]),
      `${CONF_D}/x.conf`,
    ],
    [
      'a whole file system',
      '/out/a.conf',
      view([bind('/', '/host')], [bind('/srv', '/out')]),
      '/host/srv/a.conf',
    ],
    [
      'tsgen on the host',
      '/srv/conf/a.conf',
      view([bind('/srv/conf', CONF_D)]),
      `${CONF_D}/a.conf`,
    ],
    [
      'tsgen on the host, writing into a volume',
      `${DATA}/a.conf`,
      view([volume('conf', CONF_D)]),
      `${CONF_D}/a.conf`,
    ],
    [
      "the deepest of tsgen's own mounts",
      '/out/conf/a.conf',
      view([volume('conf', CONF_D)], [bind('/srv', '/out'), volume('conf', '/out/conf')]),
      `${CONF_D}/a.conf`,
    ],
    [
      'of two ways the more specific one',
      '/srv/conf/a.conf',
      view([bind('/srv', '/mnt'), bind('/srv/conf', CONF_D)]),
      `${CONF_D}/a.conf`,
    ],
    [
      'of two equal ways the one at our own place',
      `${CONF_D}/a.conf`,
      view([volume('conf', '/backup'), volume('conf', CONF_D)], [volume('conf', CONF_D)]),
      `${CONF_D}/a.conf`,
    ],
    [
      'a way that another mount hides is no way',
      '/srv/conf/a.conf',
      view([bind('/srv', '/mnt'), bind('/elsewhere', '/mnt/conf'), bind('/', '/host')]),
      '/host/srv/conf/a.conf',
    ],
    [
      'folders that only begin alike are others',
      '/srv/conf2/a.conf',
      view([bind('/srv/conf', CONF_D), bind('/srv/conf2', '/two')]),
      '/two/a.conf',
    ],
  ])('finds %s', (_, path, mounts, seen) => {
    expect(mapPath(path, mounts)).toEqual({ kind: 'ok', path: seen });
  });

  it.each<[string, string, MountView, string]>([
    [
      "a path in tsgen's own container",
      '/etc/nginx/conf.d/default.conf',
      view([volume('conf', CONF_D)], [volume('other', '/other')]),
      "'/etc/nginx/conf.d/default.conf' is in the file system of tsgen's own container, where the proxy's container 'web-proxy-1' cannot see it. Mount one volume in both, in tsgen's `volumes:` as `- conf:/etc/nginx/conf.d` and in the proxy's as `- conf:/etc/nginx/conf.d:ro`.",
    ],
    [
      'a volume that the proxy lacks',
      '/out/default.conf',
      view([volume('other', CONF_D)], [volume('conf', '/out')]),
      "The proxy's container 'web-proxy-1' does not mount the volume 'conf', where '/out/default.conf' is. Add to its `volumes:` `- conf:/out:ro`.",
    ],
    [
      'a folder that the proxy lacks',
      '/srv/conf/default.conf',
      view([]),
      "The proxy's container 'web-proxy-1' does not mount '/srv/conf', where '/srv/conf/default.conf' is. Add to its `volumes:` `- /srv/conf:/srv/conf:ro`.",
    ],
    [
      'a memory file system',
      '/out/default.conf',
      view(
        [{ Name: '', Source: '', Destination: '/out' }],
        [{ Name: '', Source: '', Destination: '/out' }],
      ),
      "'/out/default.conf' is in a memory file system of tsgen's own container, which no other container can see. Mount one volume in both, in tsgen's `volumes:` as `- conf:/out` and in the proxy's as `- conf:/out:ro`.",
    ],
  ])('says what is missing for %s', (_, path, mounts, reason) => {
    expect(mapPath(path, mounts)).toEqual({ kind: 'unmapped', reason });
  });
});
