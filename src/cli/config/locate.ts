const HEADER = /^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$/;
const KEY = /^\s*("[^"]*"|'[^']*'|[\w-]+)\s*(?:\.|=)/;
const LONG_QUOTES = /"""|'''/g;

/**
 * The line, from 1, where a key stands: in the `block`-th `[[config]]` (from 0) or, without one,
 * at the top of the file. `subtable` is a table of it, such as `NotifyContainers`. 1 when it is
 * nowhere to be seen, as within an inline table.
 */
export function lineOf(
  toml: string,
  where: { readonly key: string; readonly block?: number; readonly subtable?: string },
): number {
  const sought = where.key.toLowerCase();
  let block = -1;
  let subtable = '';
  let open = '';
  let best = 1;
  for (const [index, line] of toml.split('\n').entries()) {
    const inside = open !== '';
    open = openAfter(line, open);
    if (inside) continue;
    const [, brackets, name = ''] = HEADER.exec(line) ?? [];
    if (brackets !== undefined) {
      const [first = '', second = ''] = name.toLowerCase().split('.').map(bare);
      if (brackets === '[[' && first === 'config') block += 1;
      subtable = first === 'config' ? second : first;
      const isHere = first === 'config' ? block === where.block : where.block === undefined;
      if (isHere && subtable === sought) return index + 1;
      if (isHere && where.block !== undefined) best = Math.max(best, index + 1);
      continue;
    }
    const isHere =
      block === (where.block ?? -1) && subtable === (where.subtable ?? '').toLowerCase();
    const key = bare(KEY.exec(line)?.[1] ?? '').toLowerCase();
    if (isHere && key === sought) return index + 1;
    // An inline table or dotted keys: the line of what holds it.
    if (where.subtable && block === (where.block ?? -1) && key === where.subtable.toLowerCase()) {
      best = index + 1;
    }
  }
  return best;
}

function bare(text: string): string {
  return text.replaceAll(/["']/g, '').trim();
}

/** Which long quotes are open after the line. */
function openAfter(line: string, open: string): string {
  let now = open;
  for (const [quotes] of line.matchAll(LONG_QUOTES)) {
    if (now === '') now = quotes;
    else if (now === quotes) now = '';
  }
  return now;
}
