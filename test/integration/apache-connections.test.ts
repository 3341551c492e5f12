import { describe, expect, it } from 'vitest';
import { HTTPD_LIMITS } from '../../src/proxies/httpd-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import { bundledTemplate, contextOf } from '../support/nginx-template.ts';
import { filesWith, PLACES } from '../support/routing-files.ts';
import { aContainer } from '../support/runtime-containers.ts';

const HOST = 'app.test';
const APART = /<ProxyMatch.*?<\/ProxyMatch>/gs;
const NONE_KEPT = 'SetEnv proxy-nokeepalive 1';

/** The directives of the site's virtual host, of an httpd that is told of members while it runs. */
async function siteOf(api: Readonly<Record<string, string>>, hooks: readonly string[] = []) {
  const networks = { front: { IP: '172.18.0.2' } };
  const containers = [
    aContainer({ name: 'web', networks, env: { VIRTUAL_HOST: HOST } }),
    aContainer({
      name: 'api',
      networks,
      env: { VIRTUAL_HOST: HOST, VIRTUAL_PATH: '/api', ...api },
    }),
  ];
  const settings = { ...DEFAULT_PROXY_SETTINGS, memberKey: '0'.repeat(40) };
  const model = createRouter()({
    ...{ containers, vantage: { kind: 'host' }, settings, limits: HTTPD_LIMITS },
    ...{ files: filesWith({ hooks: [...hooks] }), places: PLACES },
  });
  const template = await bundledTemplate('apache.conf.hbs');
  const text = template.render(contextOf(model, containers, settings)).join('');
  const [, site = ''] = text.split(`# Site ${HOST}\n`);
  const [host = ''] = site.split('</VirtualHost>');
  const apart = host.match(APART) ?? [];
  return {
    /** For which upstreams it is said alone. */
    apart: apart.filter((block) => block.includes(NONE_KEPT)).length,
    /** For the whole site. */
    together: host.replaceAll(APART, '').includes(NONE_KEPT),
  };
}

describe('that connections to members are closed', () => {
  it('is said once for a site whose upstreams are all told of', async () => {
    expect(await siteOf({})).toEqual({ apart: 0, together: true });
  });

  it.each([
    ['has kept ones to others', { TSGEN_KEEPALIVE: '4' }, [], 1],
    ['has lines of the operator’s own', {}, [`/sites/${HOST}`], 2],
    ['has a path of the operator’s own', {}, [`/sites/${HOST}_location_override`], 1],
  ])('is said of each of them where the site %s', async (_, env, hooks, apart) => {
    expect(await siteOf(env, hooks)).toEqual({ apart, together: false });
  });
});
