import { visible } from '../../base/visible.ts';
import {
  type ChildReport,
  type ConfirmationReport,
  healthOf,
  type StatusReport,
} from '../../status/report.ts';
import { findWatch } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { watchRegistry } from '../runtime-dir.ts';
import { pendingLines } from '../view/history-words.ts';

/** Shows what a watch does: as a table, or as JSON for scripts. */
export async function status(
  options: { readonly dest?: string; readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { report } = await findWatch(options.dest, { cwd: io.cwd, registry: watchRegistry() });
  io.out.write(
    options.json
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : renderStatus(report, { now: Date.now(), color: io.out.color }),
  );
  return 0;
}

interface Style {
  readonly now: number;
  readonly color: boolean;
}

/** The report as text, a line break at the end. Values from containers cannot break out of it. */
function renderStatus(report: StatusReport, { now, color }: Style): string {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { healthy, reason } = healthOf(report, now);
  const { engine, proxy, child, confirmation, lastRun } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['template', report.template],
    ['destination', report.destination || 'standard output'],
    ...(proxy ? [['proxy', describeProxy(proxy)] as const] : []),
    ...(child ? [['proxy', describeChild(child)] as const] : []),
    ...(confirmation ? [['it runs', describeConfirmation(confirmation)] as const] : []),
    ['engine', engine.connected ? engine.endpoint : `${engine.endpoint} (not connected)`],
    ['last run', lastRun ? `${lastRun.at} ${lastRun.kind}: ${lastRun.message}` : 'none yet'],
    ['containers', String(report.containers)],
    ['process', `${report.pid}, tsgen ${report.version}, since ${report.startedAt}`],
  ];
  const row = (name: string, value: string) => `${paint(1, name.padEnd(12))}${value}`;
  const state = healthy ? paint(32, 'healthy') : paint(31, 'unhealthy');
  const lines = [row('state', `${state}: ${visible(reason)}`)];
  if (report.held) lines.push(...pendingLines(report.held).map((line) => `            ${line}`));
  for (const [name, value] of facts) lines.push(row(name, visible(value)));
  const titled = [
    ...report.sites.map((site) => ({
      ...site,
      title: `${site.host}${site.path === '/' ? '' : ` ${site.path}`}`,
    })),
    ...report.tcp.map((service) => ({ ...service, title: `TCP port ${service.port}` })),
  ];
  // Else it would look as if this were live.
  if (report.held && titled.length > 0) {
    lines.push('', paint(1, 'what the containers ask for, and tsgen resume applies'));
  }
  for (const site of titled) {
    lines.push('', paint(1, visible(site.title)));
    for (const { container, address } of site.servers) {
      lines.push(`  ${paint(32, '●')} ${visible(`${container}  ${address}`)}`);
    }
    for (const { container, reason: why } of site.absent) {
      lines.push(`  ${paint(33, '○')} ${visible(container)}  ${visible(why)}`);
    }
  }
  if (report.problems.length > 0) lines.push('', paint(1, 'problems'));
  for (const { container, variable, value, reason: why } of report.problems) {
    lines.push(`  ${paint(31, '!')} ${visible(`${container}: ${variable}='${value}': ${why}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

function describeProxy({ selector, container }: NonNullable<StatusReport['proxy']>): string {
  return container ? `${container} (${selector})` : `${selector} (does not run)`;
}

function describeConfirmation(confirmation: ConfirmationReport): string {
  return confirmation.kind === 'confirmed'
    ? `${confirmation.revision}, confirmed ${confirmation.at}`
    : `not what is live, since ${confirmation.since}: ${confirmation.reason}`;
}

function describeChild({ command, pid, restarts, lastEnd }: ChildReport): string {
  const state = pid === undefined ? 'does not run' : `process ${pid}`;
  const again = restarts === 0 ? '' : `, started again ${restarts}×`;
  return `${command} (${state}${again}${lastEnd ? `; last time it ${lastEnd}` : ''})`;
}
