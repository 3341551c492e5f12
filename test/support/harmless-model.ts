import type { RoutingModel } from '../../src/routing/model.ts';

/** The fields of the model that hold texts of containers or of the operator, as they were written or put together. */
const TEXT_FIELDS: ReadonlySet<string> = new Set([
  ...['host', 'path', 'dest', 'root', 'hsts', 'network', 'note', 'reason', 'variable', 'value'],
  ...['debug'],
]);

/** The same model with a word for each such text, and the texts by number. */
export function harmless(model: RoutingModel): {
  readonly model: RoutingModel;
  readonly texts: string[];
} {
  const texts: string[] = [];
  const word = (text: string) => `Zz${texts.push(text) - 1}zZ`;
  const walk = (part: unknown, key: string, parent: string): unknown => {
    if (typeof part === 'string') {
      const isText =
        TEXT_FIELDS.has(key) ||
        (key === 'name' && parent === 'container') ||
        (key === 'key' && parent === 'balance') ||
        (key === 'text' && parent === 'rest');
      if (!isText || part === '') return part;
      // What marks a regular expression is a template's to take off.
      return key === 'host' && part.startsWith('~') ? `~${word(part.slice(1))}` : word(part);
    }
    if (Array.isArray(part)) return part.map((item) => walk(item, key, parent));
    if (typeof part !== 'object' || part === null) return part;
    // The operator's: their names are of harmless characters, and not a container's to choose.
    if ('digest' in part) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, item]) => [name, walk(item, name, key)]),
    );
  };
  return { model: walk(model, '', '') as RoutingModel, texts };
}
