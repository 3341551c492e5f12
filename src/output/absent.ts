import { EngineError } from '../docker/engine-error.ts';

/** Whether the engine refused because the container is not there or does not run, in words. */
export function whyAbsent(error: unknown, container: string): string | undefined {
  if (!(error instanceof EngineError)) return undefined;
  if (error.status === 404) return `there is no container '${container}'`;
  if (error.status === 409) return `container '${container}' is not running`;
  return undefined;
}
