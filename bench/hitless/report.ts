import { quantile } from '../stats.ts';
import { renderTable } from '../table.ts';
import type { Failure } from './load.ts';
import type { RunResult } from './run.ts';
import type { Story } from './story.ts';

const HEADINGS = [
  ...['proxy', 'generator', 'requests', 'failed', 'in flight', 'reset apart', 'avoidable'],
  ...['late', 'reloads', 'p50 ms', 'p99 ms', 'max ms', 'CPU'],
];

/** A row for each run. */
export function hitlessTable(results: readonly RunResult[]): string {
  return renderTable(
    HEADINGS,
    results.map((result) => {
      const { behaviour, latencies } = result;
      const at = (q: number) => quantile(latencies, q).toFixed(0);
      return [
        ...[behaviour.proxy, behaviour.name],
        ...[
          result.requests,
          result.failures.length,
          result.inFlight.length,
          resetsApart(result).length,
          avoidable(result).length,
          result.late.length,
          result.reloads,
        ].map(String),
        ...[at(0.5), at(0.99), at(1), `${Math.round(result.cpu * 100)}%`],
      ];
    }),
  );
}

const STORIES: Readonly<Record<Story, string>> = {
  whole: 'all that can',
  members: 'members come and go',
  beside: 'as many containers, of no site',
  nothing: 'nothing',
};

/** The longest request of a run may take so many times as long as where the proxy is not changed. */
const LONGEST_RATIO = 1.5;

/** A row for each run, with its longest request beside that of the same proxy's other stories. */
export function membersTable(results: readonly RunResult[]): string {
  return renderTable(
    [
      ...['proxy', 'what happens', 'requests', 'failed', 'reset', 'late', 'reloads'],
      ...['p50 ms', 'p99 ms', 'max ms', 'CPU'],
    ],
    results.map((result) => {
      const { behaviour, story, latencies } = result;
      const at = (q: number) => quantile(latencies, q).toFixed(0);
      return [
        ...[behaviour.proxy, STORIES[story]],
        ...[
          ...[result.requests, result.failures.length, result.resets.length],
          ...[result.late.length, result.reloads],
        ].map(String),
        ...[at(0.5), at(0.99), at(1), `${Math.round(result.cpu * 100)}%`],
      ];
    }),
  );
}

/** What is wrong with the runs in which members came and went, beside the others of the same proxy. */
export function memberFaults(results: readonly RunResult[]): readonly string[] {
  const longest = (story: Story, of: RunResult) =>
    Math.max(
      ...results
        .filter((result) => result.story === story && result.behaviour === of.behaviour)
        .flatMap(({ latencies }) => quantile(latencies, 1)),
    );
  return results
    .filter(({ story }) => story === 'members')
    .flatMap((result) => {
      const { behaviour, failures, late, reloads } = result;
      const ratio = longest('members', result) / longest('beside', result);
      return [
        ...(failures.length > 0 ? [`${failures.length} requests failed (${kinds(failures)})`] : []),
        ...(late.length > 0 ? [`no request came to ${late.join(', ')}`] : []),
        ...(reloads > 0 ? [`${reloads} reloads`] : []),
        ...(ratio > LONGEST_RATIO
          ? [`the longest request took ${ratio.toFixed(2)} times as long as without changes`]
          : []),
      ].map((fault) => `${behaviour.proxy}: ${fault}`);
    });
}

/**
 * httpd closes kept connections when it loads a configuration, and there is no setting against it:
 * counted apart for it, and for no other.
 */
export function resetsApart({ behaviour, resets }: RunResult): readonly Failure[] {
  return behaviour.proxy === 'httpd' ? resets : [];
}

/** The failures that there should not be. */
export function avoidable(result: RunResult): readonly Failure[] {
  const { behaviour, resets } = result;
  return behaviour.proxy === 'httpd' ? result.avoidable : [...result.avoidable, ...resets];
}

/** What is wrong with a run of which the claim is made; '' where it holds. */
export function faultOf(result: RunResult): string {
  const { behaviour, late } = result;
  if (!behaviour.isClaimed) return '';
  const failed = avoidable(result);
  const faults = [
    ...(failed.length > 0 ? [`${failed.length} requests failed (${kinds(failed)})`] : []),
    ...(late.length > 0 ? [`no request came to ${late.join(', ')}`] : []),
  ];
  return faults.length > 0 ? `${behaviour.name} on ${behaviour.proxy}: ${faults.join('; ')}` : '';
}

/** `POST status 502: 3, …`, the most frequent first. */
export function kinds(failures: readonly Failure[]): string {
  const counts = new Map<string, number>();
  for (const { method, kind, reused } of failures) {
    const key = `${method} ${kind}${reused ? ' on a used connection' : ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([key, count]) => `${key}: ${count}`).join(', ');
}
