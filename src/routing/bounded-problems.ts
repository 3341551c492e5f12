import type { Problem } from './model.ts';
import { byContainer, byProblem } from './order.ts';

/** More of one container nobody reads; with a thousand paths it could fill logs and files. */
const MAX_OF_A_CONTAINER = 20;

/**
 * Sorted, and of no container more than 20: those that it can mend itself go first, and one more
 * says how many there are. Those of the proxy as a whole are the operator's and all stay.
 */
export function boundedProblems(problems: readonly Problem[]): readonly Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const group = groups.get(problem.container.id);
    if (group) group.push(problem);
    else groups.set(problem.container.id, [problem]);
  }
  return [...groups.values()]
    .map((group) => group.sort(byProblem))
    .sort(([a], [b]) => (a && b ? byContainer(a.container, b.container) : 0))
    .flatMap((group) => (group[0]?.container.id === '' ? group : bounded(group)));
}

function bounded(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MAX_OF_A_CONTAINER) return problems;
  const sorted = problems.toSorted(
    (a, b) => Number(a.elsewhere ?? false) - Number(b.elsewhere ?? false),
  );
  const [first, ...others] = sorted.slice(MAX_OF_A_CONTAINER);
  if (!first) return problems;
  const reason = `and ${others.length + 1} more problems of this container, which show once the others are mended`;
  return [...sorted.slice(0, MAX_OF_A_CONTAINER).sort(byProblem), { ...first, reason }];
}
