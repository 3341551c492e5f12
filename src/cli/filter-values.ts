import { TsgenError } from '../base/errors.ts';
import type { Filters } from '../docker/api.ts';

/**
 * `KEY=VALUE` entries of one flag → filters as the engine's API has them.
 *
 * @throws TsgenError `usage` for an entry without a key or a value's `=`.
 */
export function parseFilters(flag: string, entries: readonly string[]): Filters {
  const filters: Record<string, string[]> = Object.create(null);
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const key = entry.slice(0, at).trim();
    if (at < 0 || key === '') {
      throw new TsgenError(
        'usage',
        `--${flag} takes KEY=VALUE, such as label=tier; it got '${entry}'.`,
      );
    }
    const values = filters[key] ?? [];
    filters[key] = values;
    const value = entry.slice(at + 1).trim();
    if (!values.includes(value)) values.push(value);
  }
  return filters;
}
