import type { HeldBack, RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Obstacle } from './obstacle.ts';

/**
 * Why a container must get no traffic now, in a few words; `undefined` when it may.
 *
 * @param ignoresHealth whatever its health check says, it may
 */
export function unreadiness(
  container: RuntimeContainer,
  { ignoresHealth = false }: { readonly ignoresHealth?: boolean } = {},
): Obstacle | undefined {
  const { Name, status, State } = container;
  if (container.heldBack) return heldBack(container.heldBack, Name);
  if (container.stopping) {
    return { why: 'stopping', remedy: 'nothing: it was told to stop and takes no new requests' };
  }
  if (status === 'paused') return { why: 'paused', remedy: `docker unpause ${Name}` };
  if (status === 'restarting') {
    return { why: 'restarting', remedy: `see why it ends again and again: docker logs ${Name}` };
  }
  if (!State.Running || (status !== '' && status !== 'running')) {
    return { why: `not running (${status || 'stopped'})`, remedy: `docker start ${Name}` };
  }
  if (ignoresHealth) return undefined;
  switch (State.Health.Status) {
    case '':
    case 'healthy':
    // The engine's word for a health check that was switched off.
    case 'none':
      return undefined;
    case 'starting':
      return {
        why: 'health check still starting',
        remedy: `wait until it passes, or see what it says: ${healthLog(Name)}`,
      };
    default:
      return {
        why: State.Health.Status,
        remedy: `see what its health check says: ${healthLog(Name)}`,
      };
  }
}

function heldBack(why: HeldBack, name: string): Obstacle {
  switch (why) {
    case 'drained':
      return { why, remedy: `tsgen undrain ${name}` };
    case 'unsteady':
      return {
        why: 'ends again and again',
        remedy: `nothing, if it stays up now; else see why: docker logs ${name}`,
      };
    case 'gone':
      return { why, remedy: `docker start ${name}` };
  }
}

function healthLog(name: string): string {
  return `docker inspect -f '{{json .State.Health.Log}}' ${name}`;
}

/**
 * It is on its way out, or gone, or ends again and again: what it asks for does not count against
 * others.
 */
export function isLeaving(container: RuntimeContainer): boolean {
  const { stopping, State, status, heldBack } = container;
  return (
    stopping ||
    !State.Running ||
    status === 'restarting' ||
    heldBack === 'drained' ||
    heldBack === 'gone'
  );
}
