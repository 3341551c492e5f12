import { expect } from 'vitest';
import type { Scenario, Step } from '../scenario.ts';
import { CERTIFIED, PLAIN } from '../setups.ts';
import { ask, see } from '../steps.ts';

const LABEL = 'com.github.nginx-proxy.nginx-proxy.debug-endpoint';

const web = (host: string, isOn?: string) => ({
  env: { VIRTUAL_HOST: host, HTTPS_METHOD: 'noredirect' },
  ...(isOn === undefined ? {} : { labels: { [LABEL]: isOn } }),
});

/** The endpoint answers with JSON that speaks of the host. */
function tellsOf(host: string): Step {
  return see(async (scene) => {
    const outcome = await scene.ask({ url: `http://${host}/nginx-proxy-debug` });
    expect(outcome).toMatchObject({
      kind: 'answered',
      status: 200,
      headers: { 'content-type': expect.stringMatching(/^application\/json/) as string },
    });
    const body = outcome.kind === 'answered' ? outcome.body : '';
    expect(Object.keys(JSON.parse(body) as object)).not.toEqual([]);
    expect(body).toContain(host);
  });
}

export const DEBUG: readonly Scenario[] = [
  {
    group: 'debug',
    name: 'a site tells what is known of it where its container wants it, and only there',
    covers: ['debug-endpoint'],
    proxy: PLAIN,
    containers: { frank: web('frank.debug.test', 'true'), shy: web('shy.debug.test') },
    steps: [
      tellsOf('frank.debug.test'),
      ask('http://frank.debug.test/', { from: 'frank' }),
      ask('http://shy.debug.test/nginx-proxy-debug', { from: 'shy' }),
    ],
  },
  {
    group: 'debug',
    name: 'all sites tell what is known of them where the operator wants it, but those that do not',
    covers: ['DEBUG_ENDPOINT', 'debug-endpoint'],
    proxy: CERTIFIED,
    containers: {
      open: web('open.certified.test'),
      closed: web('closed.certified.test', 'false'),
    },
    steps: [
      tellsOf('open.certified.test'),
      ask('http://closed.certified.test/nginx-proxy-debug', { from: 'closed' }),
    ],
  },
];
