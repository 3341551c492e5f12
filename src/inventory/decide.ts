import type { DockerEvent } from '../docker/events.ts';
import type { Entry } from './entry.ts';
import type { StoppingMark } from './kills.ts';
import { isStopping, SIGTERM, signalNumber } from './signals.ts';

/** What is known of the container that an event is about. */
export interface Known {
  readonly entry?: Entry;
  readonly mark?: StoppingMark;
  /**
   * An answer about it is on its way, or everything is being looked at: what is known may be
   * behind, so nothing is ignored on its strength.
   */
  readonly pending: boolean;
  /** Containers that do not run are held too. */
  readonly holdsStopped?: boolean;
}

export type Decision =
  /** `relevant` is about the action, not about this container: such events are worth a log line. */
  | { readonly kind: 'ignore'; readonly relevant: boolean }
  /** Ask the engine. `over`: the run is over in which it got the signals that are known. */
  | { readonly kind: 'inspect'; readonly over: boolean }
  /** It runs no more. */
  | { readonly kind: 'remove' }
  /** `stopping`: as far as is known, it means the end. */
  | { readonly kind: 'signal'; readonly signal: number; readonly stopping: boolean };

const IGNORE: Decision = { kind: 'ignore', relevant: false };
const INSPECT: Decision = { kind: 'inspect', over: false };
const OVER: Decision = { kind: 'inspect', over: true };

/**
 * What an event means for the inventory. One container's event costs at most one inspect;
 * leaving costs none, unless the engine may start the container again by itself.
 */
export function decide(event: DockerEvent, known: Known): Decision {
  if (event.id === '') return IGNORE;
  if (event.type === 'network') return decideNetwork(event, known);
  const matters: Decision =
    known.entry || known.pending ? INSPECT : { kind: 'ignore', relevant: true };
  // `health_status: healthy` from Docker, `health_status` alone from Podman.
  const [action = ''] = event.action.split(':', 1);
  switch (action) {
    case 'start':
      return OVER;
    case 'create':
      return known.holdsStopped ? INSPECT : IGNORE;
    case 'die':
    case 'died':
      return decideDie(event, known);
    case 'stop':
      return decideStop(known);
    case 'destroy':
    case 'remove':
      return { kind: 'remove' };
    case 'kill': {
      const signal = signalNumber(event.attributes.signal ?? '');
      if (signal === undefined) return IGNORE;
      const stopping = isStopping(signal, known.entry?.stopSignal ?? SIGTERM);
      return { kind: 'signal', signal, stopping };
    }
    case 'pause':
    case 'unpause':
    case 'health_status':
    case 'rename':
    case 'update':
      return matters;
    default:
      return IGNORE;
  }
}

/**
 * A start emits its connects first, so the connect of a container that does not run (or waits to
 * be restarted) costs nothing; a stop emits its disconnects, which tell nothing new either.
 */
function decideNetwork({ action }: DockerEvent, known: Known): Decision {
  if (action !== 'connect' && action !== 'disconnect') return IGNORE;
  if (known.pending) return INSPECT;
  if (!known.entry || known.mark || known.entry.container.status === 'restarting') return IGNORE;
  return INSPECT;
}

function decideDie(event: DockerEvent, { entry, mark, pending, holdsStopped }: Known): Decision {
  if (!entry) return pending || holdsStopped ? OVER : { kind: 'remove' };
  // Of an earlier run than the one that is known: the engine knows best.
  if (event.timeMs < entry.startedAtMs) return INSPECT;
  const restarts =
    entry.restartPolicy === 'always' ||
    (entry.restartPolicy === 'on-failure' && event.attributes.exitCode !== '0');
  return holdsStopped || (restarts && !mark?.final) ? OVER : { kind: 'remove' };
}

/** It may come after the start that follows it; then the mark is gone. */
function decideStop({ entry, mark, pending, holdsStopped }: Known): Decision {
  if (holdsStopped) return INSPECT;
  if (entry ? !mark : pending) return INSPECT;
  return { kind: 'remove' };
}
