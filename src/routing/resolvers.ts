import { isIP } from 'node:net';
import { invalid, type Validated, valid } from './validated.ts';

/** Reads `RESOLVERS`: addresses by blank or comma; each once, IPv6 in brackets. */
export function parseResolvers(text: string): Validated<readonly string[]> {
  const found = text.split(/[\s,]+/).filter((item) => item !== '');
  const resolvers: string[] = [];
  for (const item of found) {
    const bare = /^\[(.*)\]$/.exec(item)?.[1] ?? item;
    // A zone means something on one machine only, and nginx cannot read one.
    if (bare.includes('%')) continue;
    const family = isIP(bare);
    if (family === 0) return invalid(`${JSON.stringify(item.slice(0, 100))} is no IP address`);
    resolvers.push(family === 6 ? `[${bare}]` : bare);
  }
  return valid([...new Set(resolvers)]);
}
