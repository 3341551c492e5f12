import type { Engine } from '../../test/support/engine.ts';
import type { ProxyName } from '../hitless/access-log.ts';
import { workersOf } from './workers-of.ts';

/** AH00493, which httpd says of each graceful restart. */
const GRACEFUL = / AH00493: /;

/**
 * What a load of a configuration leaves something new among: a proxy's workers, or of httpd, which makes
 * and ends workers as there is work, the lines by which it says so.
 */
export async function loadsOf(
  proxy: string,
  kind: ProxyName,
  engine: Engine,
): Promise<readonly string[]> {
  if (kind !== 'httpd') return await workersOf(proxy, engine);
  return (await engine.logs(proxy)).filter((line) => GRACEFUL.test(line));
}
