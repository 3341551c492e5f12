import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stateDirFor } from '../../src/output/state.ts';
import type { Engine } from './engine.ts';

/** Runs in the container: a line is a request, and a line with the same number its answer. */
const PROGRAM = `
const { request } = require('node:http');
const answer = (id, status, body) => console.log(JSON.stringify({ id, status, body }));
require('node:readline').createInterface(process.stdin).on('line', (line) => {
  const [id, method, path] = line.split(' ');
  request({ socketPath: process.argv[1], method, path }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (text) => { body += text; });
    response.on('end', () => answer(id, response.statusCode, body));
    response.on('error', (error) => answer(id, 0, String(error)));
  }).on('error', (error) => answer(id, 0, String(error))).end();
});
`;

interface Answer {
  readonly id: string;
  /** 0: there was none. */
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a watch in a container over its control socket, through one process that stays there:
 * `docker exec … tsgen status` would start Node.js for each question.
 */
export class ControlRelay implements Disposable {
  readonly #engine: Engine;
  readonly #container: string;
  readonly #socket: string;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #process: ChildProcess | undefined;
  #asked = 0;

  /** Nothing is started yet. `destination` is the file that the watch generates. */
  constructor(engine: Engine, container: string, destination: string) {
    this.#engine = engine;
    this.#container = container;
    this.#socket = `${stateDirFor(destination)}/control.sock`;
  }

  /** @throws Error when the watch refuses or cannot be asked now. */
  async ask(method: 'GET' | 'POST', path: string): Promise<unknown> {
    const { stdin } = this.#running();
    this.#asked += 1;
    const id = String(this.#asked);
    const { status, body } = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      stdin?.write(`${id} ${method} ${path}\n`);
    });
    if (status === 200) return JSON.parse(body) as unknown;
    throw new Error(`${this.#container} answers ${method} ${path} with ${status}: ${body}`);
  }

  /** Another one, where the last has ended with its container. */
  #running(): ChildProcess {
    if (this.#process) return this.#process;
    const args = ['exec', '-i', this.#container, 'node', '-e', PROGRAM, this.#socket];
    const started = spawn('docker', args, { env: this.#engine.env });
    this.#process = started;
    let said = '';
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    createInterface(started.stdout).on('line', (line) => this.#answer(JSON.parse(line) as Answer));
    // What is written to one that has ended is answered below.
    started.stdin.on('error', () => undefined);
    const end = (why: string) => {
      if (this.#process === started) this.#process = undefined;
      for (const id of [...this.#waiting.keys()]) this.#answer({ id, status: 0, body: why });
    };
    started.once('error', (error) => end(String(error)));
    started.once('close', () => end(`docker exec has ended: ${said.trim()}`));
    return started;
  }

  #answer(answer: Answer): void {
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  [Symbol.dispose](): void {
    // Its program ends with its input, docker exec with either.
    this.#process?.stdin?.end();
    this.#process?.kill();
  }
}
