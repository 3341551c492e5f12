import { visible } from '../../base/visible.ts';
import { describeChange } from './describe-change.ts';
import type { ContainerReport, ExplainReport } from './explain-report.ts';
import {
  besides,
  looksMeant,
  marker,
  markOf,
  mend,
  moreOf,
  problemText,
  seenFrom,
  siteOf,
  trafficOf,
} from './explain-words.ts';
import { painter } from './style.ts';

export interface OneStyle extends Pick<ExplainReport, 'proxy'> {
  readonly color: boolean;
}

/** One container with all that is known of it. */
export function explainOne(container: ContainerReport, { proxy, color }: OneStyle): string {
  const paint = painter(color);
  const { name, status, health, role, routes, lastChange, why, remedy } = container;
  const state = [status, health].filter((word) => word !== '').join(', ');
  const lines = [`${paint('bold', visible(name))} (${visible(state)})`];
  if (role) lines.push(`  is ${ROLES[role]}`);
  for (const route of routes) {
    const mark = marker(markOf(route, container), paint);
    lines.push(`  ${mark} ${paint('bold', siteOf(route))}: ${trafficOf(route)}`);
    lines.push(...moreOf(route).map((line) => `      ${line}`));
  }
  if (lastChange) lines.push(`    ${paint('dim', visible(describeChange(lastChange)))}`);
  for (const problem of besides(container)) {
    lines.push(`  ${marker('fault', paint)} ${problemText(problem)}`);
    lines.push(...mend(problem).map((line) => `      ${line}`));
  }
  if (why !== undefined && !role) {
    const mark = marker(looksMeant(container) ? 'fault' : 'absent', paint);
    lines.push(`  ${mark} asks for nothing: ${visible(why)}`);
    if (remedy) lines.push(`      → ${visible(remedy)}`);
  }
  lines.push('', paint('dim', seenFrom(proxy)));
  return `${lines.join('\n')}\n`;
}

const ROLES = { proxy: 'the proxy itself', tsgen: "tsgen's own container" } as const;
