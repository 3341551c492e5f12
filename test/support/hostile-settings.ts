import fc from 'fast-check';
import { PROXY_SETTINGS, type ProxySetting } from '../../src/routing/proxy-settings.ts';
import type { Setting } from '../../src/routing/setting.ts';
import { hostileText, maybeSound, soundTexts } from './hostile-containers.ts';

/** Beside those of containers. */
const SOUND_TEXTS = [
  ...['404', '200 "It is \\ here"', '301 https://x.test$request_uri', '$scheme://x.test/', 'none'],
  ...['127.0.0.11 [::1]', '192.0.2.53,2001:db8::53'],
  ...['1.26.3', '1.30.2'],
  ...['operator:sees all', 'off', 'alice:wonder,bob:"b{u}i$l;der\\', '/ping', 'p:s,p:t', '500'],
  ...['connect 5, client 7s, server 1m', 'logasap, tcpka', 'leastconn', 'tcp interval=5s'],
  ...['$host "$request_uri"', "it's { ; } # `$host`", 'default', 'json', 'none'],
];

/** Valid texts of a setting of the proxy. */
export function soundProxyTexts(row: Setting<unknown>): readonly string[] {
  return [...soundTexts(row), ...SOUND_TEXTS.filter((text) => row.parse(text).kind === 'valid')];
}

/** tsgen's environment with hostile values in a few, or in all, of the settings of the proxy. */
export const hostileEnvironment: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .record(
    {
      ...Object.fromEntries(
        Object.values<ProxySetting<unknown>>(PROXY_SETTINGS)
          // What the operator says in the proxy's own language is not looked at.
          .filter(({ isRaw }) => !isRaw)
          .map((row) => [row.env, maybeSound(soundProxyTexts(row))]),
      ),
      NGINX_PROXY_VERSION: hostileText,
    },
    { requiredKeys: [] },
  )
  .map((env) => ({ ...env }));
