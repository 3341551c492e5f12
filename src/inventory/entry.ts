import type { WireContainer } from '../docker/api.ts';
import { type IsInternal, toRuntimeContainer } from './container.ts';
import type { RuntimeContainer } from './runtime-container.ts';
import { stopSignalOf } from './signals.ts';

/** A container in the inventory: what templates see, and the few facts that decide how it goes on. */
export interface Entry {
  readonly container: RuntimeContainer;
  /** The signal that `docker stop` sends to it. */
  readonly stopSignal: number;
  /** How long `docker stop` waits before it kills it. */
  readonly stopTimeoutMs: number;
  /** When it began to run, by the engine's clock, milliseconds since the epoch; 0 when unknown. */
  readonly startedAtMs: number;
  readonly restartPolicy: 'no' | 'on-failure' | 'always';
  /** Sorts by the time of creation as text. */
  readonly createdKey: string;
}

const DEFAULT_STOP_TIMEOUT_S = 10;
/** `StopTimeout: -1` means that the engine waits without end. */
const ENDLESS_STOP_TIMEOUT_S = 3_600;

export function toEntry(wire: WireContainer, isInternal: IsInternal): Entry {
  const seconds = wire.Config.StopTimeout ?? DEFAULT_STOP_TIMEOUT_S;
  return {
    container: toRuntimeContainer(wire, isInternal),
    stopSignal: stopSignalOf(wire.Config.StopSignal),
    stopTimeoutMs: (seconds < 0 ? ENDLESS_STOP_TIMEOUT_S : seconds) * 1000,
    startedAtMs: Math.max(0, Date.parse(wire.State.StartedAt ?? '') || 0),
    restartPolicy: restartPolicyOf(wire),
    createdKey: createdKey(wire.Created),
  };
}

const HELD: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/** Whether the inventory keeps it: what `docker ps` shows without `--all`. */
export function isHeld({ container }: Entry): boolean {
  return container.State.Running || HELD.has(container.status);
}

function restartPolicyOf(wire: WireContainer): Entry['restartPolicy'] {
  switch (wire.HostConfig?.RestartPolicy?.Name) {
    case 'always':
    case 'unless-stopped':
      return 'always';
    case 'on-failure':
      return 'on-failure';
    default:
      return 'no';
  }
}

/** RFC 3339 leaves out trailing zeros of the fraction, and Podman gives a zone: neither sorts. */
function createdKey(created: string): string {
  const time = Date.parse(created);
  const seconds = Number.isNaN(time) ? 0 : Math.floor(time / 1000);
  const fraction = created.match(/\.(\d{1,9})/)?.[1] ?? '';
  return `${String(seconds).padStart(12, '0')}.${fraction.padEnd(9, '0')}`;
}
