import { describe, expect, it } from 'vitest';
import { aCertificate, filesWith, NOW, PLACES } from '../../test/support/routing-files.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { createRouter } from '../routing/build.ts';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { HTTPD_LIMITS } from './httpd-limits.ts';

function reasons(
  env: Readonly<Record<string, string>>,
  { labels = {}, proxyEnv = {} }: { labels?: object; proxyEnv?: Record<string, string> } = {},
): readonly string[] {
  const { settings } = readProxySettings(proxyEnv);
  const files = filesWith({
    certificates: [aCertificate('default')],
    hooks: ['/sites/default'],
  });
  const { problems } = createRouter()({
    containers: [aContainer({ name: 'web', env, labels: { ...labels } })],
    vantage: { kind: 'host' },
    settings,
    files,
    places: PLACES,
    now: NOW,
    limits: HTTPD_LIMITS,
  });
  return problems.map(({ variable, reason }) => `${variable}: ${reason}`);
}

const a = { VIRTUAL_HOST: 'a.test' };

describe('httpd tells that it cannot', () => {
  it.each([
    ['HTTP/3', { 'tsgen.http3.enable': 'true' }],
    ['choose a server by the client', { 'tsgen.balance': 'ip_hash' }],
    ['choose a server by a hash', { 'tsgen.balance': 'hash $request_uri' }],
    ['choose a server by chance', { 'tsgen.balance': 'random' }],
    ['keeps no connection', { 'tsgen.keepalive': 'auto' }],
    ['tells its version', { 'tsgen.server-tokens': 'on' }],
    ['choose a server by a hash', { 'tsgen.balance': 'uri' }],
    ['weights up to 100: it counts as that', { 'tsgen.weight': '101' }],
    ['in whole seconds: it is 2s', { 'tsgen.server-timeout': '1001ms' }],
    ['host= is ignored', { 'tsgen.health-check': '/ host=a.test' }],
  ])('%s, to the container that asks', (words, labels) => {
    expect(reasons(a, { labels })).toEqual([expect.stringContaining(words)]);
  });

  it('find a certificate by an expression, nor put a file into a site that has one', () => {
    expect(reasons({ VIRTUAL_HOST: '~^a$' })).toEqual([
      expect.stringContaining('/sites/default'),
      expect.stringContaining('the default certificate'),
    ]);
  });

  it('reach uWSGI on its usual port', () => {
    const uwsgi = { ...a, VIRTUAL_PROTO: 'uwsgi' };
    expect(reasons({ ...uwsgi, VIRTUAL_PORT: '3031' })).toEqual([
      expect.stringContaining('port 3031'),
    ]);
    expect(reasons({ ...uwsgi, VIRTUAL_PORT: '3032' })).toEqual([]);
  });

  it('limit bodies of gRPC', () => {
    const limited = { ...a, TSGEN_BODY_LIMIT: '1m' };
    expect(reasons({ ...limited, VIRTUAL_PROTO: 'grpcs' })).toEqual([
      expect.stringMatching(
        /^VIRTUAL_HOST: a\.test: httpd cannot limit bodies of gRPC.*: \/ takes/,
      ),
    ]);
    expect(reasons({ ...a, VIRTUAL_PROTO: 'grpc', TSGEN_BODY_LIMIT: 'off' })).toEqual([]);
    expect(reasons(limited)).toEqual([]);
  });

  it('do what the operator asks', () => {
    const proxyEnv = { ENABLE_HTTP3: 'true', DEFAULT_ROOT: '418' };
    expect(reasons(a, { proxyEnv })).toEqual([
      expect.stringMatching(/^DEFAULT_ROOT: .*418.*500/),
      expect.stringMatching(/^ENABLE_HTTP3: .*HTTP\/3/),
    ]);
  });
});

describe('httpd tells nothing', () => {
  it.each([
    {},
    { 'tsgen.keepalive': '7' },
    { 'tsgen.keepalive': 'disabled' },
    { 'tsgen.balance': 'least_conn' },
    { 'tsgen.server-tokens': 'off' },
    { 'tsgen.http3.enable': 'false' },
    { 'tsgen.balance': 'least-traffic', 'tsgen.weight': '100', 'tsgen.backup': 'true' },
    { 'tsgen.sticky': 'true', 'tsgen.connect-timeout': '1500ms', 'tsgen.server-timeout': '1m' },
    { 'tsgen.health-check': 'tcp' },
    { 'tsgen.health-check': '/live status=200' },
  ])('of what it can do: %j', (labels) => {
    expect(reasons(a, { labels })).toEqual([]);
  });
});
