import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { ProxyLimits } from './limits.ts';
import { readProxySettings } from './read-proxy-settings.ts';

const LIMITS: ProxyLimits = {
  container: { http3: (wanted) => (wanted ? 'no HTTP/3 here' : undefined) },
  proxy: { http3: (wanted) => (wanted ? 'no HTTP/3 at all' : undefined) },
  site: ({ kind }) => (kind === 'regex' ? ['no regexes'] : []),
};

const web = (name: string, env: Readonly<Record<string, string>>, http3?: string) =>
  aContainer({
    name,
    env,
    ...(http3 === undefined ? {} : { labels: { 'tsgen.http3.enable': http3 } }),
  });

function problems(env: Readonly<Record<string, string>>, limits?: ProxyLimits) {
  const { settings } = readProxySettings(env);
  const containers = [
    web('asks', { VIRTUAL_HOST: 'a.test' }, 'true'),
    web('declines', { VIRTUAL_HOST: 'a.test' }, 'false'),
    web('outsider', {}, 'true'),
    web('regex', { VIRTUAL_HOST: '~^r$' }),
  ];
  const input = { containers, vantage: aVantage('front'), settings };
  const model = createRouter()({ ...input, ...(limits ? { limits } : {}) });
  return model.problems
    .filter(({ reason }) => /HTTP\/3|regexes/.test(reason))
    .map(({ container, variable, reason }) => `${container.name} ${variable}: ${reason}`);
}

describe('what a proxy cannot do', () => {
  it('is told to each container that asks for it, and to no other', () => {
    expect(problems({}, LIMITS)).toEqual([
      'asks tsgen.http3.enable: no HTTP/3 here',
      'regex VIRTUAL_HOST: ~^r$: no regexes',
    ]);
  });

  it('is told to the operator who asks for it', () => {
    expect(problems({ ENABLE_HTTP3: 'true' }, LIMITS)).toContain(
      'the proxy ENABLE_HTTP3: no HTTP/3 at all',
    );
  });

  it('is nothing where the proxy can do it all', () => {
    expect(problems({ ENABLE_HTTP3: 'true' })).toEqual([]);
  });
});
