import type { Logger } from '../base/log.ts';
import type { DockerEvent } from '../docker/events.ts';
import type { Decision } from './decide.ts';

/** docker-gen's line for each event that matters; the others are for those who look for a fault. */
export function logEvent(log: Logger, event: DockerEvent, decision: Decision): void {
  if (event.id === '') return;
  const message = `Received event ${event.action} for container ${event.id.slice(0, 12)}`;
  // A network event's name is the network's.
  const name = event.type === 'container' ? event.attributes.name : undefined;
  const fields = name === undefined ? {} : { name };
  if (isWorthALine(decision)) log.info(message, fields);
  else log.debug(message, fields);
}

/** tsgen's own signals to a proxy are none of these. */
function isWorthALine(decision: Decision): boolean {
  switch (decision.kind) {
    case 'inspect':
    case 'remove':
      return true;
    case 'signal':
      return decision.stopping;
    case 'ignore':
      return decision.relevant;
  }
}
