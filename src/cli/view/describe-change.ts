import type { ChangeReport } from '../../status/report.ts';

/** How a container came to get requests, or none. */
export function describeChange({ change, by, at }: Omit<ChangeReport, 'id' | 'container'>): string {
  return `${change} ${by === 'at-run-time' ? 'at run time' : 'by a reload'}, ${at}`;
}
