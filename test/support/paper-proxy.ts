import { readFileSync } from 'node:fs';
import { byText } from '../../src/base/by-text.ts';
import type { WireContainer } from '../../src/docker/api.ts';
import type { ExecBehaviour, FakeEngine } from './fake-engine.ts';

/** What the proxy is about to be asked to do. */
export type Asked = 'check' | 'reload' | 'confirm';

/** A template for it: whole only with its first and its last line. */
export const PAPER_TEMPLATE = `begin
revision {{revision}}
{{#each containers}}
{{#unless (or stopping (eq Name "proxy"))}}
server {{Name}}
{{/unless}}
{{/each}}
end
`;

/**
 * A proxy in a container of a fake engine. It has a file checked, loads it when it is told to and
 * when it starts, says what it runs; and does none of this while its container does not run.
 *
 * `check FILE`, `reload` and whatever `tsgen` asks to have a revision confirmed are its commands.
 */
export class PaperProxy {
  readonly asked: Record<Asked, number> = { check: 0, reload: 0, confirm: 0 };
  /** Called before it does what it is asked. What it gives back is said in its place. */
  before: (asked: Asked) => ExecBehaviour | undefined = () => undefined;
  /** Where a path of its own and of tsgen's is for the test. */
  view: (path: string) => string = (path) => path;
  readonly #engine: FakeEngine;
  readonly #file: string;
  #id: string;
  #running: string | undefined;

  constructor(engine: FakeEngine, folder: string, file: string) {
    this.#engine = engine;
    this.#file = file;
    this.#id = this.#add(folder);
    engine.onExec = (container, command) => this.#exec(container, command);
    this.#load();
  }

  get id(): string {
    return this.#id;
  }

  /** Who gets requests; `undefined` while nobody does because it does not run. */
  get servers(): readonly string[] | undefined {
    if (this.#running === undefined || !this.#engine.container(this.#id).State.Running) {
      return undefined;
    }
    return [...this.#running.matchAll(/^server (.*)$/gm)]
      .map(([, name]) => String(name))
      .sort(byText);
  }

  start(): void {
    this.#load();
    this.#engine.start(this.#id);
  }

  /** As `docker stop` does. */
  stop(): void {
    this.#running = undefined;
    this.#engine.stop(this.#id);
  }

  /** It ends by itself, or somebody kills it. */
  die(): void {
    this.#running = undefined;
    this.#engine.crash(this.#id, 137);
  }

  /** As `docker compose up --force-recreate` does: another container of the same name. */
  replace(folder: string): void {
    this.stop();
    this.#engine.remove(this.#id);
    this.#id = this.#add(folder, false);
    this.start();
  }

  /** What it has against the file; nothing for one that it takes. */
  complaint(file: string = this.#file): string | undefined {
    const text = readIfThere(this.view(file));
    if (text === undefined) return `there is no ${file}`;
    if (!text.startsWith('begin\n') || !text.endsWith('\nend\n')) return `half a file: ${text}`;
    return undefined;
  }

  #add(folder: string, running = true): string {
    const id = this.#engine.addContainer({ name: 'proxy', restartPolicy: 'always', running });
    const Mounts = [{ Type: 'bind', Source: folder, Destination: folder, RW: false }];
    Object.assign(this.#engine.container(id), { Mounts });
    return id;
  }

  #load(): void {
    // It would not start with anything else, and goes on with what it has.
    if (this.complaint() === undefined) this.#running = readIfThere(this.view(this.#file));
    // Without a file, as some images begin.
    else this.#running ??= '';
  }

  #exec({ Id }: WireContainer, command: readonly string[]): ExecBehaviour {
    const line = command.at(-1) ?? '';
    const [, file] = /^check '?([^']*)'?$/.exec(line) ?? [];
    const asked = file !== undefined ? 'check' : line === 'reload' ? 'reload' : 'confirm';
    this.asked[asked] += 1;
    const instead = this.before(asked);
    if (instead) return instead;
    if (Id !== this.#id || this.#running === undefined) return { exitCode: 1, stdout: 'gone\n' };
    if (file !== undefined) {
      const wrong = this.complaint(file);
      return wrong === undefined ? {} : { exitCode: 1, stderr: `${wrong}\n` };
    }
    if (asked === 'reload') {
      this.#load();
      return {};
    }
    const [, wanted] = /^wanted='?(\w+)'?$/m.exec(line) ?? [];
    const [, revision = ''] = /^revision (.*)$/m.exec(this.#running) ?? [];
    // As tsgen's script ends when another revision answers.
    return revision === wanted ? {} : { exitCode: 3, stdout: `${revision}\n` };
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
