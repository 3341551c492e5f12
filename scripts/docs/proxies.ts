import { readFileSync } from 'node:fs';
import type { Outcome, ResultRow } from '../../test/scenarios/results.ts';
import type { ProxyKind } from '../../test/scenarios/scenario.ts';
import { type ScenarioResults, scenarioMatrix } from './scenario-matrix.ts';

export const PROXIES: readonly ProxyKind[] = ['nginx', 'httpd', 'haproxy'];

/** What came of the scenarios when `make scenarios` last played all of them on all three proxies. */
export const KEPT_RESULTS = 'test/scenarios/results.json';

/** A line there; `true` stands for one that holds. */
type KeptRow = Pick<ResultRow, 'group' | 'name' | 'covers'> & {
  readonly on: Readonly<Partial<Record<ProxyKind, true | Outcome>>>;
};

const BEGIN = '<!-- From here on made by npm run docs, from what make scenarios has seen. -->';

/** `docs/proxies.md`: written by hand, with the matrix of the scenarios at its end. */
export function proxiesPage(): string {
  const page = readFileSync('docs/proxies.md', 'utf8');
  const end = page.indexOf(BEGIN);
  if (end < 0) throw new Error(`docs/proxies.md lacks the line ${BEGIN}`);
  return `${page.slice(0, end)}${BEGIN}\n\n${scenarioMatrix(keptResults())}\n`;
}

export function keptResults(): ScenarioResults {
  const kept: readonly KeptRow[] = JSON.parse(readFileSync(KEPT_RESULTS, 'utf8'));
  const of = (proxy: ProxyKind): readonly ResultRow[] =>
    kept.flatMap(({ on, ...row }) => {
      const outcome = on[proxy];
      if (!outcome) return [];
      return [{ ...row, ...(outcome === true ? { outcome: 'holds' as const } : outcome) }];
    });
  return { nginx: of('nginx'), httpd: of('httpd'), haproxy: of('haproxy') };
}
