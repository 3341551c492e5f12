import { visible } from '../base/visible.ts';
import type { WireReplica } from '../docker/deploy-api.ts';
import type { NextView } from './replica-step.ts';

/** What is shown of a health check's words. */
const MAX_OUTPUT = 300;

/**
 * How a container does that takes another's place. One without a health check is ready once it has
 * run for a while without ending.
 *
 * @param ranForMs since when it has been seen to run, in milliseconds.
 */
export function nextView(
  wire: WireReplica | undefined,
  { ranForMs, settleMs }: { readonly ranForMs: number; readonly settleMs: number },
): NextView {
  if (!wire) return { kind: 'absent' };
  const { Status, Running, Paused, Restarting, ExitCode, Error: why, Health } = wire.State;
  if (Status === 'created') return { kind: 'created' };
  if (Restarting || (wire.RestartCount ?? 0) > 0) {
    return failed(`it ended with code ${ExitCode ?? 'unknown'} and was started again`);
  }
  if (!Running) {
    return failed(`it ended with code ${ExitCode ?? 'unknown'}${why ? `: ${shown(why)}` : ''}`);
  }
  if (Paused) return failed('it was paused');
  switch (Health?.Status ?? 'none') {
    case 'healthy':
      return { kind: 'ready' };
    case 'unhealthy': {
      const output = Health?.Log?.at(-1)?.Output?.trim();
      return failed(`it is unhealthy${output ? `: ${shown(output)}` : ''}`);
    }
    case 'none':
    case '':
      return ranForMs >= settleMs ? { kind: 'ready' } : { kind: 'starting' };
    default:
      return { kind: 'starting' };
  }
}

function failed(reason: string): NextView {
  return { kind: 'failed', reason };
}

/** Words of a container's own cannot break out of a line. */
function shown(text: string): string {
  return visible(text.length > MAX_OUTPUT ? `${text.slice(0, MAX_OUTPUT)}…` : text);
}
