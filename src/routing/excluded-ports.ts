import { parsePort } from './ports.ts';
import { shorten } from './problem.ts';
import { invalid, type Validated, valid } from './validated.ts';

const MAX_PORTS = 200;

/** Reads `EXCLUDE_PORTS`: ports of a container, by comma. */
export function parseExcludedPorts(text: string): Validated<readonly number[]> {
  const items = text.split(/[\s,]+/).filter((item) => item !== '');
  if (items.length > MAX_PORTS) return invalid(`it lists more than ${MAX_PORTS} ports`);
  const ports: number[] = [];
  for (const item of items) {
    const port = parsePort(item);
    if (port.kind === 'invalid') {
      return invalid(`${JSON.stringify(shorten(item))}: ${port.reason}`);
    }
    ports.push(port.value);
  }
  return valid([...new Set(ports)].toSorted((a, b) => a - b));
}
