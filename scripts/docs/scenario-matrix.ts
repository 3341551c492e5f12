import {
  BEYOND_NGINX_PROXY,
  type Covered,
  NOT_FOR_ALL,
  REFERENCE,
} from '../../test/scenarios/reference.ts';
import type { ResultRow } from '../../test/scenarios/results.ts';
import type { ProxyKind } from '../../test/scenarios/scenario.ts';

/** What came of the scenarios, by proxy. */
export type ScenarioResults = Readonly<Record<ProxyKind, readonly ResultRow[]>>;

/** `partly`: some scenarios of the row hold, others do not apply. */
export type Verdict = 'yes' | 'partly' | 'no';

const NAMES: Readonly<Record<ProxyKind, string>> = {
  nginx: 'nginx',
  httpd: 'Apache httpd',
  haproxy: 'HAProxy',
};
const KINDS = Object.keys(NAMES) as readonly ProxyKind[];

/** What a proxy's scenarios say of one row of the reference, and why where that is not `yes`. */
export function verdictOf(
  rows: readonly ResultRow[],
  covered: Covered,
): { readonly verdict: Verdict; readonly reasons: readonly string[] } {
  const showing = rows.filter(({ covers }) => covers.includes(covered));
  const holding = showing.filter(({ outcome }) => outcome === 'holds');
  const reasons = showing.flatMap((row) => (row.outcome === 'holds' ? [] : [whyNot(row)]));
  const verdict = holding.length === 0 ? 'no' : reasons.length > 0 ? 'partly' : 'yes';
  return { verdict, reasons: [...new Set(reasons)].sort() };
}

/** A table for each section of the reference, with how many rows hold on all three before them. */
export function scenarioMatrix(results: ScenarioResults): string {
  const beyond: ReadonlySet<string> = new Set(BEYOND_NGINX_PROXY);
  const forAll = Object.entries(REFERENCE)
    .filter(([section]) => !beyond.has(section))
    .flatMap(([, rows]) => rows)
    .filter((row) => !NOT_FOR_ALL.has(row));
  const held = forAll.filter((row) =>
    KINDS.every((kind) => verdictOf(results[kind], row).verdict === 'yes'),
  );
  const played = KINDS.map((kind) => {
    const rows = results[kind];
    const count = (wanted: string) => rows.filter(({ outcome }) => outcome === wanted).length;
    return `| ${NAMES[kind]} | ${count('holds')} | ${count('does not apply')} | ${count('fails')} |`;
  });
  return [
    `Of ${forAll.length} rows of nginx-proxy that have a meaning for all three, ${held.length} are a yes on each.`,
    '',
    '| scenarios | hold | do not apply | fail |',
    '|---|---|---|---|',
    ...played,
    ...Object.entries(REFERENCE).flatMap(([section, rows]) => sectionOf(section, rows, results)),
  ].join('\n');
}

function sectionOf(
  section: string,
  rows: readonly Covered[],
  results: ScenarioResults,
): readonly string[] {
  return [
    '',
    `### ${section[0]?.toUpperCase()}${section.slice(1)}`,
    '',
    `| | ${KINDS.map((kind) => NAMES[kind]).join(' | ')} | why not |`,
    '|---|---|---|---|---|',
    ...rows.map((row) => lineOf(row, results)),
  ];
}

function lineOf(row: Covered, results: ScenarioResults): string {
  const cells = KINDS.map((kind) => ({ kind, ...verdictOf(results[kind], row) }));
  const why = cells.flatMap(({ kind, reasons }) =>
    reasons.map((reason) => `${NAMES[kind]}: ${cell(reason)}`),
  );
  return `| ${cell(row)} | ${cells.map(({ verdict }) => verdict).join(' | ')} | ${why.join('; ')} |`;
}

function whyNot(row: ResultRow & { readonly outcome: 'fails' | 'does not apply' }): string {
  return row.outcome === 'fails' ? `"${row.name}" fails` : row.reason;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*');
}
