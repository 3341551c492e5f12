import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProxyKind, Scenario } from './scenario.ts';

export type Outcome =
  | { readonly outcome: 'holds' }
  | { readonly outcome: 'fails' | 'does not apply'; readonly reason: string };

/** A line of a proxy's results. */
export type ResultRow = Pick<Scenario, 'group' | 'name' | 'covers'> & Outcome;

const FOLDER = '.cache/scenarios';

/**
 * What came of the scenarios on one proxy: `PROXY.json`, which pages can be made from, and beside it
 * a folder `PROXY-failures` with what there is to know of each that failed.
 */
export class Results {
  readonly #proxy: ProxyKind;
  readonly #rows: ResultRow[] = [];

  constructor(proxy: ProxyKind) {
    this.#proxy = proxy;
  }

  /** Forgets an earlier run's. */
  async clear(): Promise<void> {
    await rm(this.#failures, { recursive: true, force: true });
    await mkdir(this.#failures, { recursive: true });
  }

  add({ group, name, covers }: Scenario, outcome: Outcome): void {
    this.#rows.push({ group, name, covers, ...outcome });
  }

  async addEvidence(name: string, lines: readonly string[]): Promise<void> {
    await writeFile(join(this.#failures, `${name}.txt`), lines.join('\n'));
  }

  async save(): Promise<void> {
    const scenarios = this.#rows.toSorted((a, b) =>
      `${a.group} ${a.name}` < `${b.group} ${b.name}` ? -1 : 1,
    );
    const text = JSON.stringify({ proxy: this.#proxy, scenarios }, undefined, 2);
    await writeFile(join(FOLDER, `${this.#proxy}.json`), `${text}\n`);
  }

  get #failures(): string {
    return join(FOLDER, `${this.#proxy}-failures`);
  }
}
