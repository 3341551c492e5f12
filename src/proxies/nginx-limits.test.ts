import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from '../routing/build.ts';
import type { Protocol } from '../routing/model.ts';
import { NGINX_LIMITS } from './nginx-limits.ts';

function problems(...settings: readonly Readonly<Record<string, string>>[]) {
  const containers = settings.map((env, index) =>
    aContainer({ name: `web-${index + 1}`, env: { VIRTUAL_HOST: 'a.test', ...env } }),
  );
  const model = createRouter()({ containers, vantage: aVantage('front'), limits: NGINX_LIMITS });
  return model.problems.map(({ container, reason }) => `${container.name}: ${reason}`);
}

describe('what nginx cannot do', () => {
  it('is to check by itself, or to choose by traffic', () => {
    expect(problems({ TSGEN_HEALTH_CHECK: '/live' })).toEqual([
      expect.stringMatching(/^web-1: nginx .*has no active checks/),
    ]);
    expect(problems({ TSGEN_BALANCE: 'least-traffic' })).toEqual([
      expect.stringMatching(/^web-1: nginx does not choose a server by its traffic/),
    ]);
  });

  it.each(['source', 'uri', 'hash $host', 'random', 'random two'])(
    'is to have a backup beside %s',
    (balance) => {
      expect(problems({ TSGEN_BALANCE: balance }, { TSGEN_BACKUP: 'true' })).toEqual([
        expect.stringMatching(
          /^web-[12]: a\.test: nginx has no backup .* those of \/ get no traffic/,
        ),
      ]);
      expect(problems({ TSGEN_BALANCE: balance }, {})).toEqual([]);
    },
  );

  it.each(['round-robin', 'least-connections'])('is not to have one beside %s', (balance) => {
    expect(problems({ TSGEN_BALANCE: balance }, { TSGEN_BACKUP: 'true' })).toEqual([]);
  });

  it.each<[Protocol, string, boolean]>([
    ['http', '', false],
    ['https', '', false],
    ['http', '/v1/', true],
    ['https', '/v1/', true],
    ['fastcgi', '', true],
    ['uwsgi', '', true],
    // Nothing has to be kept apart there.
    ['grpc', '', false],
    ['grpcs', '/v1/', false],
  ])('is to keep requests of %s to %j apart: %j', (protocol, dest, mixes) => {
    expect(NGINX_LIMITS.mixesRequests?.({ protocol, dest })).toBe(mixes);
  });
});
