import type { Logger } from '../base/log.ts';
import type { Problem } from '../routing/model.ts';

/** Warns of each problem once, for as long as it lasts. */
export class ProblemLog {
  readonly #log: Logger;
  #known = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  report(problems: readonly Problem[]): void {
    const now = new Map(problems.map((problem) => [keyOf(problem), problem]));
    for (const [key, { container, variable, value, reason }] of now) {
      if (this.#known.has(key)) continue;
      const what = value === '' ? variable : `${variable}='${value}'`;
      if (container.id === '') this.#log.warn(`Proxy: ${what}: ${reason}`);
      else {
        this.#log.warn(`Container ${container.name}: ${variable}='${value}': ${reason}`, {
          container: container.id.slice(0, 12),
        });
      }
    }
    this.#known = new Set(now.keys());
  }
}

function keyOf({ container, variable, value, reason }: Problem): string {
  return JSON.stringify([container.id, variable, value, reason]);
}
