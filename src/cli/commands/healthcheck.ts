import { messageOf, TsgenError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import { healthOf } from '../../status/report.ts';
import { findWatch } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { watchRegistry } from '../runtime-dir.ts';

/** Exit code 0 when the watch does its work, else 1; one line says why, for `docker inspect`. */
export async function healthcheck(options: { readonly dest?: string }, io: Io): Promise<number> {
  try {
    const { report } = await findWatch(options.dest, { cwd: io.cwd, registry: watchRegistry() });
    const { healthy, reason } = healthOf(report, Date.now());
    io.out.write(`${healthy ? 'healthy' : 'unhealthy'}: ${visible(reason)}\n`);
    return healthy ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TsgenError)) throw error;
    io.out.write(`unhealthy: ${visible(messageOf(error))}\n`);
    return 1;
  }
}
