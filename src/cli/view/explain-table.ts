import { visible } from '../../base/visible.ts';
import type { ContainerReport, ExplainReport, ProblemReport } from './explain-report.ts';
import {
  besides,
  looksMeant,
  type Mark,
  marker,
  markOf,
  mend,
  moreOf,
  problemText,
  seenFrom,
  siteOf,
  trafficOf,
} from './explain-words.ts';
import { type Paint, painter } from './style.ts';

export interface TableStyle {
  readonly color: boolean;
  /** Of the terminal; lines are broken there, but for advice, which is to be copied. */
  readonly columns?: number;
}

/** One line of the table, without colours and markers of its own. */
interface Row {
  readonly mark: Mark;
  readonly name: string;
  readonly site: string;
  readonly traffic: string;
  /** Lines below `traffic`. */
  readonly more: readonly string[];
}

const HEADINGS = { name: 'CONTAINER', site: 'SITE', traffic: 'TRAFFIC' };

/** Longer ones push the columns beside them. */
const WIDEST = 40;

/**
 * All containers as a table, those that ask for nothing in one sentence below. Values from
 * containers cannot break out of their line.
 */
export function explainTable(report: ExplainReport, { color, columns }: TableStyle): string {
  const paint = painter(color);
  const lines = [paint('dim', seenFrom(report.proxy)), ''];
  const asking = report.containers.filter(isAsking);
  const rows = [...report.problems.map(proxyRow), ...asking.flatMap(rowsOf)];
  if (rows.length > 0) lines.push(...tableOf(rows, { paint, columns }), '');
  lines.push(...summaryOf(report.containers, asking));
  return `${lines.join('\n')}\n`;
}

/** It has a wish, or nearly. */
function isAsking(container: ContainerReport): boolean {
  const { routes, problems } = container;
  return routes.length > 0 || problems.length > 0 || looksMeant(container);
}

function proxyRow(problem: ProblemReport): Row {
  return {
    mark: 'fault',
    name: 'the proxy',
    site: '–',
    traffic: problemText(problem),
    more: mend(problem),
  };
}

function rowsOf(container: ContainerReport): readonly Row[] {
  const name = visible(container.name);
  const rows: Row[] = container.routes.map((route) => ({
    mark: markOf(route, container),
    name,
    site: siteOf(route),
    traffic: trafficOf(route),
    more: moreOf(route),
  }));
  const faults: readonly Row[] = besides(container).map((problem) => ({
    mark: 'fault',
    name,
    site: '–',
    traffic: problemText(problem),
    more: mend(problem),
  }));
  const { why, remedy } = container;
  const silence: readonly Row[] = looksMeant(container)
    ? [
        {
          mark: 'fault',
          name,
          site: '–',
          traffic: `none: ${visible(why ?? '')}`,
          more: remedy ? [`→ ${visible(remedy)}`] : [],
        },
      ]
    : [];
  // A container's name is said once.
  return [...rows, ...faults, ...silence].map((row, index) =>
    index === 0 ? row : { ...row, name: '' },
  );
}

function tableOf(
  rows: readonly Row[],
  { paint, columns = Number.POSITIVE_INFINITY }: Layout,
): readonly string[] {
  const width = (column: 'name' | 'site') =>
    Math.min(WIDEST, Math.max(...[HEADINGS, ...rows].map((row) => row[column].length)));
  const [name, site] = [width('name'), width('site')];
  const line = (row: Pick<Row, 'name' | 'site' | 'traffic'>) =>
    `${row.name.padEnd(name)}  ${row.site.padEnd(site)}  ${row.traffic}`;
  const gap = ' '.repeat(2 + name + 2 + site + 2);
  return [
    `  ${paint('bold', line(HEADINGS))}`,
    ...rows.flatMap((row) => [
      ...wrapped(row.traffic, columns - gap.length).map((traffic, index) =>
        index === 0 ? `${marker(row.mark, paint)} ${line({ ...row, traffic })}` : gap + traffic,
      ),
      ...row.more.map((text) => `${gap}${paint('cyan', text)}`),
    ]),
  ];
}

interface Layout {
  readonly paint: Paint;
  readonly columns: number | undefined;
}

/** Narrower than this, breaking lines helps nobody. */
const NARROWEST = 24;

/** Broken between words; a word that is too long stays whole. */
function wrapped(text: string, width: number): readonly string[] {
  if (width < NARROWEST) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

function summaryOf(
  all: readonly ContainerReport[],
  asking: readonly ContainerReport[],
): readonly string[] {
  if (all.length === 0) return ['No container runs.'];
  const served = asking.filter(({ routes }) => routes.some((route) => route.served));
  const silent = all.filter((one) => !isAsking(one) && one.role === undefined);
  const lines = [
    asking.length === 0
      ? 'No container asks for traffic: start one with VIRTUAL_HOST=a-name.example in its environment.'
      : `${served.length} of ${asking.length} that ask for traffic get it.`,
  ];
  if (silent.length > 0) {
    const names = silent.map(({ name }) => visible(name)).join(', ');
    lines.push(`VIRTUAL_HOST is not set for: ${names}.`);
  }
  return lines;
}
