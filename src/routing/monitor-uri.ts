import { parsePath } from './paths.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Reads `MONITOR_URI`: a path, which the proxy itself answers. */
export function parseMonitorUri(text: string): Validated<string> {
  const path = parsePath(text);
  if (path.kind === 'invalid') return path;
  if (path.value.pathKind !== 'prefix') return invalid('it is one path, and no regular expression');
  return valid(text);
}
