import type { Exit, SpawnedProcess, SpawnProcess } from '../spawn-process.ts';

/** A program that runs until a test ends it, and notes the signals that it gets. */
export class FakeProcess implements SpawnedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly signals: string[] = [];
  /** What it does with a signal; nothing by default. */
  onSignal: (name: NodeJS.Signals) => void = () => undefined;
  /** Whether something of its group is left once it has ended. */
  leavesOrphans: boolean = false;
  #end: (exit: Exit) => void = () => undefined;
  #alive: boolean = true;

  constructor(pid: number) {
    this.pid = pid;
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  end(exit: Exit = { kind: 'code', code: 0 }): void {
    this.#alive = false;
    this.#end(exit);
  }

  signal(name: NodeJS.Signals): void {
    this.signals.push(name);
    this.onSignal(name);
  }

  signalGroup(name: NodeJS.Signals): void {
    this.signals.push(`group ${name}`);
    this.onSignal(name);
    if (name === 'SIGKILL') {
      this.leavesOrphans = false;
      if (this.#alive) this.end({ kind: 'signal', signal: name });
    }
  }

  groupLives(): boolean {
    return this.#alive || this.leavesOrphans;
  }
}

/** Starts fake programs, and keeps them for the test. */
export function fakeSpawner() {
  const started: FakeProcess[] = [];
  const argvs: (readonly string[])[] = [];
  const failures: Error[] = [];
  let hear: (text: string) => void = () => undefined;
  const spawn: SpawnProcess = async (argv, onError) => {
    const failure = failures.shift();
    if (failure) throw failure;
    argvs.push(argv);
    if (onError) hear = onError;
    const process = new FakeProcess(100 + started.length);
    started.push(process);
    return process;
  };
  /** The newest one writes to standard error. */
  const speak = (text: string) => hear(text);
  return { spawn, started, argvs, failures, speak };
}
