import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { Mount, RuntimeContainer } from '../inventory/runtime-container.ts';
import { parseProxySelector } from '../proxies/select.ts';
import { World } from './world.ts';

const DEST = '/etc/nginx/conf.d/default.conf';
const CONF = { Source: '/var/lib/docker/volumes/conf/_data', Driver: 'local' };

function mounting(Name: string, Source = CONF.Source): readonly Mount[] {
  return [{ ...CONF, Name, Source, Destination: '/etc/nginx/conf.d', Mode: '', RW: true }];
}

function aProxy(name: string, created: string, Mounts: readonly Mount[]): RuntimeContainer {
  return { ...aContainer({ name, created, labels: { role: 'proxy' } }), Mounts };
}

function proxyOf(containers: readonly RuntimeContainer[], self?: RuntimeContainer) {
  const world = new World(parseProxySelector('label=role=proxy'), DEST);
  world.snapshot = { containers, docker: {} as never, ...(self ? { self } : {}) };
  return world.proxy?.kind === 'selected' ? world.proxy.container.Name : undefined;
}

describe('World', () => {
  const old = (mounts: readonly Mount[]) => aProxy('nginx', '2026-01-01T00:00:00Z', mounts);
  const intruder = aProxy('intruder', '2026-01-02T00:00:00Z', []);
  const elsewhere = aProxy('elsewhere', '2026-01-03T00:00:00Z', mounting('', '/srv/other'));

  it("drives the proxy that mounts tsgen's own volume, whoever else has its label", () => {
    const self = { ...aContainer({ name: 'tsgen' }), Mounts: mounting('conf') };
    expect(proxyOf([elsewhere, intruder, old(mounting('conf'))], self)).toBe('nginx');
  });

  it('drives the proxy that mounts the folder of the host where tsgen runs there', () => {
    const bound = mounting('', '/etc/nginx/conf.d');
    expect(proxyOf([elsewhere, intruder, old(bound)])).toBe('nginx');
  });

  it('drives the newest where none or all of them mount it', () => {
    expect(proxyOf([elsewhere, intruder, old([])])).toBe('elsewhere');
    const bound = mounting('', '/etc/nginx/conf.d');
    expect(proxyOf([{ ...intruder, Mounts: bound }, old(bound)])).toBe('intruder');
  });

  it('tells when the proxy has ended by itself, and not when it was stopped', () => {
    const world = new World(parseProxySelector('proxy'));
    const stop = new AbortController();
    let ends = 0;
    world.onProxyEnd(() => {
      ends += 1;
    }, stop.signal);
    const see = (...containers: readonly RuntimeContainer[]) => {
      world.snapshot = { containers, docker: {} as never };
    };
    const proxy = aContainer({ name: 'proxy' });
    const dead = aContainer({ name: 'proxy', status: 'exited' });
    see(dead);
    see(proxy);
    see(proxy, aContainer({ name: 'web' }));
    expect(ends).toBe(0);
    see(dead);
    see(dead);
    expect(ends).toBe(1);
    see(proxy);
    see({ ...proxy, stopping: true });
    see(dead);
    expect(ends).toBe(1);
    see(proxy);
    stop.abort();
    see(dead);
    expect(ends).toBe(1);
  });
});
