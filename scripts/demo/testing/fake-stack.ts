import type { ListedReplica } from '../replicas.ts';
import type { ContainerEvent, DemoStack } from '../stack.ts';
import type { Outcome } from '../tally.ts';

/** A stack without an engine: `up` takes effect at once, and `ask` goes round its replicas. */
export class FakeStack implements DemoStack {
  /** What was asked for, in order. */
  readonly calls: string[] = [];
  /** Who answers besides the replicas. */
  strangers: string[] = [];
  /** Replicas that are listed and never answer. */
  silent: string[] = [];
  /** Called at the start of each `up`. */
  onUp: (replicas: number) => void = () => {};
  #count = 0;
  #turn = 0;
  #wake: () => void = () => {};
  #events: ContainerEvent[] = [];

  async build(onLine: (line: string) => void): Promise<void> {
    this.calls.push('build');
    onLine('#1 [web build 1/2] FROM node');
  }

  async up(replicas: number, { keep }: { readonly keep: boolean }): Promise<void> {
    this.calls.push(`up ${replicas}${keep ? ' keep' : ''}`);
    this.onUp(replicas);
    for (let number = this.#count; number > replicas; number -= 1) {
      this.tell('kill', `id${number}`);
      this.tell('destroy', `id${number}`);
    }
    this.#count = replicas;
  }

  async replicas(): Promise<readonly ListedReplica[]> {
    return this.#hostnames().map((hostname, at) => ({
      id: `id${at + 1}`,
      hostname,
      name: `web-${at + 1}`,
      state: 'ready',
    }));
  }

  async log(services: readonly string[]): Promise<readonly string[]> {
    return services.map((service) => `${service} | a line of its log`);
  }

  tell(action: string, id: string): void {
    this.#events.push({ action, id });
    this.#wake();
  }

  async *events(signal: AbortSignal): AsyncGenerator<ContainerEvent> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      yield* this.#events.splice(0);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (signal.aborted || this.#events.length > 0) resolve();
      });
    }
  }

  readonly ask = async (): Promise<Outcome> => {
    const all = [...this.#hostnames(), ...this.strangers];
    const answering = all.filter((hostname) => !this.silent.includes(hostname));
    this.#turn += 1;
    const by = answering[this.#turn % answering.length];
    if (by === undefined) return { kind: 'failed', reason: 'HTTP 503' };
    return { kind: 'answered', by, isPrime: true };
  };

  #hostnames(): string[] {
    return Array.from({ length: this.#count }, (_, at) => `host${at + 1}`);
  }
}
