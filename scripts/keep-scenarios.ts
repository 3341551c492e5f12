// Keeps what was seen of the scenarios, a line a scenario, for the matrix in docs/proxies.md. What
// was not played this time stays as it was; with --all, which `make scenarios` says, it is forgotten.
import { readFile, writeFile } from 'node:fs/promises';
import type { ResultRow } from '../test/scenarios/results.ts';
import { KEPT_RESULTS, keptResults, PROXIES } from './docs/proxies.ts';

const before = process.argv.includes('--all') ? undefined : keptResults();
const seen = await Promise.all(
  PROXIES.map(async (proxy) => {
    const rows = [...(before?.[proxy] ?? []), ...(await played(proxy))];
    return [proxy, new Map(rows.map((row) => [`${row.group}: ${row.name}`, row]))] as const;
  }),
);
const titles = [...new Set(seen.flatMap(([, rows]) => [...rows.keys()]))].sort();
await writeFile(KEPT_RESULTS, `[\n${titles.map(lineOf).join(',\n')}\n]\n`);

async function played(proxy: string): Promise<readonly ResultRow[]> {
  const text = await readFile(`.cache/scenarios/${proxy}.json`, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  return (JSON.parse(text) as { readonly scenarios: readonly ResultRow[] }).scenarios;
}

function lineOf(title: string): string {
  const rows = seen.flatMap(([proxy, all]) => {
    const row = all.get(title);
    return row ? [[proxy, row] as const] : [];
  });
  const on = rows.map(([proxy, row]) => [proxy, row.outcome === 'holds' ? true : outcomeOf(row)]);
  const { group, name, covers } = rows[0]?.[1] ?? {};
  return JSON.stringify({ group, name, covers, on: Object.fromEntries(on) });
}

function outcomeOf(row: ResultRow): Partial<ResultRow> {
  const { group: _group, name: _name, covers: _covers, ...outcome } = row;
  return outcome;
}
