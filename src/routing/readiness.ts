import type { RuntimeContainer } from '../inventory/runtime-container.ts';

/** Why a container must get no traffic now, in a few words; `undefined` when it may. */
export function unreadiness(container: RuntimeContainer): string | undefined {
  if (container.stopping) return 'stopping';
  const { status, State } = container;
  if (status === 'paused' || status === 'restarting') return status;
  if (!State.Running || (status !== '' && status !== 'running')) {
    return `not running (${status || 'stopped'})`;
  }
  switch (State.Health.Status) {
    case '':
    case 'healthy':
    // The engine's word for a health check that was switched off.
    case 'none':
      return undefined;
    case 'starting':
      return 'health check still starting';
    default:
      return State.Health.Status;
  }
}

/** It is on its way out, or gone: what it asks for no longer counts against others. */
export function isLeaving(container: RuntimeContainer): boolean {
  return container.stopping || !container.State.Running;
}
