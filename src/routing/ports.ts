import { invalid, type Validated, valid } from './validated.ts';

/** Reads `VIRTUAL_PORT`: one port, 1 to 65535. */
export function parsePort(text: string): Validated<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) return invalid('a port is one whole number from 1 to 65535');
  return valid(port);
}
