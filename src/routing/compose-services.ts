import { splitList } from './split-list.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Reads `ADDITIONAL_SERVICES`: services of Compose's, `PROJECT:SERVICE` by comma. */
export function parseComposeServices(text: string): Validated<readonly string[]> {
  const services = splitList(text);
  const fault = services.find((one) => !/^[\w.-]+:[\w.-]+$/.test(one));
  if (fault !== undefined) {
    return invalid(
      'it is PROJECT:SERVICE by comma, as Compose calls them: docker compose ls lists projects',
    );
  }
  return valid([...new Set(services)]);
}
