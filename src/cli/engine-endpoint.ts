import { existsSync } from 'node:fs';
import { TsgenError } from '../base/errors.ts';
import { type Endpoint, parseEndpoint } from '../docker/endpoint.ts';
import type { Io } from './io.ts';
import type { ProcessSettings } from './settings.ts';

/**
 * Where the engine is, by the settings and docker's own variables. A TLS file that the user named
 * has to be there; one that is only looked for by default need not be.
 *
 * @throws TsgenError `usage` or `config`.
 */
export function engineEndpoint(
  { endpoint, tls }: Pick<ProcessSettings, 'endpoint' | 'tls'>,
  env: Io['env'],
): Endpoint {
  for (const [flag, path] of [
    ['--tlscacert', tls.ca],
    ['--tlscert', tls.cert],
    ['--tlskey', tls.key],
  ] as const) {
    if (path === undefined || existsSync(path)) continue;
    throw new TsgenError(
      'config',
      `Cannot use TLS with the Docker Engine: ${flag} names ${path}, which does not exist. Name the file, or leave the flag out.`,
    );
  }
  return parseEndpoint({ ...(endpoint ? { endpoint } : {}), tls, env, exists: existsSync });
}
