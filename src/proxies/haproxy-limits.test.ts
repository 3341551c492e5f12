import { describe, expect, it } from 'vitest';
import { aCertificate, filesWith, NOW, PLACES } from '../../test/support/routing-files.ts';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from '../routing/build.ts';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { HAPROXY_LIMITS } from './haproxy-limits.ts';

function problems(
  env: Readonly<Record<string, string>>,
  proxyEnv: Readonly<Record<string, string>> = {},
) {
  const { settings } = readProxySettings(proxyEnv);
  const model = createRouter()({
    containers: [aContainer({ name: 'web', env })],
    vantage: aVantage('front'),
    settings,
    limits: HAPROXY_LIMITS,
    files: filesWith({
      certificates: [
        aCertificate('own.test', { dhparam: '/certs/own.test.dhparam.pem' }),
        aCertificate('shared'),
      ],
      authorities: [{ kind: 'usable', name: '', certificate: '/certs/ca.crt', digest: 'd' }],
    }),
    places: PLACES,
    now: NOW,
  });
  return model.problems.map(({ container, reason }) => `${container.name}: ${reason}`);
}

describe('what HAProxy cannot do', () => {
  it.each<[string, Parameters<typeof problems>, RegExp]>([
    [
      'uwsgi',
      [{ VIRTUAL_HOST: 'a.test', VIRTUAL_PROTO: 'uwsgi' }],
      /^web: .*speaks no uwsgi, so \/ /,
    ],
    [
      'the least traffic',
      [{ VIRTUAL_HOST: 'a.test', TSGEN_BALANCE: 'least-traffic' }],
      /^web: HAProxy does not choose a server by its traffic/,
    ],
    [
      'limits of what is not told to be long',
      [{ VIRTUAL_HOST: 'a.test', VIRTUAL_PROTO: 'grpc', TSGEN_BODY_LIMIT: '1m' }],
      /^web: a\.test: HAProxy cannot limit bodies of gRPC/,
    ],
    [
      'uwsgi among several ports',
      [{ VIRTUAL_HOST_MULTIPORTS: 'a.test: {/x: {proto: uwsgi}}' }],
      /^web: .*speaks no uwsgi, so \/x /,
    ],
    ["a certificate's own parameters", [{ VIRTUAL_HOST: 'own.test' }], /own\.test\.dhparam\.pem/],
    [
      'clients of a regular expression',
      [{ VIRTUAL_HOST: '~^x$', CERT_NAME: 'shared' }],
      /whom it asks for a certificate/,
    ],
    [
      'how its log escapes',
      [{ VIRTUAL_HOST: 'a.test' }, { LOG_FORMAT_ESCAPE: 'json' }],
      /^the proxy: .*how values are escaped/,
    ],
  ])('is told: %s', (_, [env, proxyEnv], expected) => {
    const told = problems(env, proxyEnv);
    expect(told.filter((problem) => expected.test(problem))).toHaveLength(1);
  });

  it('is nothing that most people ask for', () => {
    expect(problems({ VIRTUAL_HOST: 'plain.test', CERT_NAME: 'shared' })).toEqual([]);
  });
});
