import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProxyKind, Scenario } from './scenario.ts';

export type Outcome =
  | { readonly outcome: 'holds' }
  | { readonly outcome: 'fails' | 'does not apply'; readonly reason: string };

const FOLDER = '.cache/scenarios';

/** What came of the scenarios on one proxy; a file that pages can be made from. */
export class Results {
  readonly file: string;
  readonly #proxy: ProxyKind;
  readonly #rows: (Pick<Scenario, 'group' | 'name' | 'covers'> & Outcome)[] = [];

  constructor(proxy: ProxyKind) {
    this.#proxy = proxy;
    this.file = join(FOLDER, `${proxy}.json`);
  }

  add({ group, name, covers }: Scenario, outcome: Outcome): void {
    this.#rows.push({ group, name, covers, ...outcome });
  }

  async save(): Promise<void> {
    const scenarios = this.#rows.toSorted((a, b) =>
      `${a.group} ${a.name}` < `${b.group} ${b.name}` ? -1 : 1,
    );
    await mkdir(dirname(this.file), { recursive: true });
    await writeFile(
      this.file,
      `${JSON.stringify({ proxy: this.#proxy, scenarios }, undefined, 2)}\n`,
    );
  }
}
