import { describe, expect, it } from 'vitest';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { Unsupported } from './unsupported.ts';

const unsupported: Unsupported = {
  protocols: new Map([['uwsgi', 'this proxy speaks no uwsgi']]),
};

function route(...wishes: readonly ContainerWish[]) {
  const containers = wishes.map(aContainer);
  return createRouter()({ containers, vantage: aVantage('front'), unsupported });
}

const speaking = (name: string, proto: string, Created: string): ContainerWish => ({
  name,
  env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PROTO: proto },
  created: Created,
});

describe('what the proxy cannot do', () => {
  it('leaves a container without traffic, and tells why', () => {
    const { sites, problems } = route(speaking('old', 'uwsgi', '2026-01-01T00:00:00Z'));
    const upstream = sites[0]?.routes[0]?.upstream;
    expect(upstream?.servers).toEqual([]);
    expect(upstream?.absent.map(({ reason }) => reason)).toEqual([
      'speaks uwsgi, and this proxy speaks no uwsgi',
    ]);
    expect(problems).toMatchObject([
      {
        container: { name: 'old' },
        variable: 'VIRTUAL_PROTO',
        value: 'uwsgi',
        reason: 'this proxy speaks no uwsgi; it gets no traffic for a.test and path /',
      },
    ]);
  });

  it('keeps nobody else from the same path, younger as they may be', () => {
    const { sites, problems } = route(
      speaking('old', 'uwsgi', '2026-01-01T00:00:00Z'),
      speaking('young', 'http', '2026-01-02T00:00:00Z'),
    );
    const upstream = sites[0]?.routes[0]?.upstream;
    expect(upstream?.protocol).toBe('http');
    expect(upstream?.servers.map(({ container }) => container.name)).toEqual(['young']);
    expect(problems.map(({ container }) => container.name)).toEqual(['old']);
  });
});
