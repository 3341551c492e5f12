import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ContainerRef, Problem } from './model.ts';

const MAX_SHOWN = 200;

/** @param variable the environment variable or label whose value is at fault */
export function problemOf(
  container: Pick<RuntimeContainer, 'ID' | 'Name' | 'Env' | 'Labels'>,
  variable: string,
  reason: string,
): Problem {
  const value = shorten(container.Env[variable] ?? container.Labels[variable] ?? '');
  const ref = { id: container.ID, name: container.Name };
  return { container: ref, variable: shorten(variable), value, reason };
}

/** Whose the problems of the proxy as a whole are. */
export const PROXY_REF: ContainerRef = { id: '', name: 'the proxy' };

/** A problem that is no container's but of what was set for the proxy as a whole. */
export function proxyProblem(variable: string, value: string, reason: string): Problem {
  return outsideProblem({ container: PROXY_REF, variable, value: shorten(value), reason });
}

/** A problem that is no fault of the container's: of a certificate that it needs, for instance. */
export function outsideProblem(problem: Problem): Problem {
  return { ...problem, elsewhere: true };
}

/** At most 200 UTF-16 units, without half a character at the end. */
export function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : text.slice(0, MAX_SHOWN).replace(/[\ud800-\udbff]$/, '');
}
