import type { WireContainer } from '../../src/docker/api.ts';
import type { DockerEvent } from '../../src/docker/events.ts';
import { type Answer, Cache } from '../../src/inventory/cache.ts';
import { toEntry } from '../../src/inventory/entry.ts';
import { FakeWorld } from './fake-world.ts';

interface Question {
  readonly id: string;
  readonly sequence: number;
  /** Set when the engine has answered; the answer may still be on its way. */
  answer?: Answer;
}

interface Sync {
  readonly sequence: number;
  readonly waiting: string[];
  readonly answers: Map<string, Answer>;
}

const EPOCH = Date.UTC(2026, 5, 1);

/**
 * A cache beside a world, with the wire between them in slow motion: events wait until they are
 * delivered, questions until the engine answers, answers until they are received.
 */
export class CacheDriver {
  readonly world = new FakeWorld();
  readonly cache: Cache;
  /** Monotonic milliseconds. */
  now = 1_000;
  /** How many single inspects were asked for. */
  inspects = 0;
  readonly #queue: DockerEvent[] = [];
  readonly #past: DockerEvent[] = [];
  #questions: Question[] = [];
  #sync: Sync | undefined;

  constructor(selfId?: string) {
    this.cache = new Cache(selfId);
    this.world.now = () => EPOCH + this.now;
    this.world.tell = ({ event }) => {
      this.#queue.push(event);
      this.#past.push(event);
    };
  }

  /** The next event reaches the cache. */
  deliver(): void {
    const event = this.#queue.shift();
    if (event) this.cache.apply(event, this.now);
  }

  /** Questions that the cache has go out. */
  ask(): void {
    for (const id of this.cache.takeWanted()) {
      this.inspects += 1;
      this.#questions.push({ id, sequence: this.cache.sequence });
    }
  }

  /** The engine answers the question at `index` (modulo their number) with what is true now. */
  answer(index: number): void {
    const open = this.#questions.filter(({ answer }) => !answer);
    const question = open[index % open.length];
    if (question) question.answer = this.look(question.id);
  }

  /** An answer arrives. */
  receive(index: number): void {
    const answered = this.#questions.filter(({ answer }) => answer);
    const question = answered[index % answered.length];
    if (!question?.answer) return;
    this.#questions = this.#questions.filter((one) => one !== question);
    this.cache.settle(question.id, question.sequence, question.answer, this.now);
  }

  /** A full look begins: the engine lists what runs. */
  beginSync(): void {
    if (this.#sync) return;
    const sequence = this.cache.beginSync();
    const waiting = [...this.world.containers.values()]
      .filter(({ State }) => State.Running)
      .map(({ Id }) => Id);
    this.#sync = { sequence, waiting, answers: new Map() };
  }

  /** The full look goes one container further; after the last it is done. */
  stepSync(): void {
    if (!this.#sync) return;
    const { sequence, waiting, answers } = this.#sync;
    const id = waiting.shift();
    if (id !== undefined) {
      answers.set(id, this.look(id));
      return;
    }
    this.#sync = undefined;
    this.cache.settleSync(sequence, { info: INFO, answers }, this.now);
  }

  finishSync(): void {
    while (this.#sync) this.stepSync();
  }

  /** The connection breaks: what was on its way is lost. The next one replays what happened. */
  reconnect(): void {
    this.#queue.length = 0;
    this.#questions = [];
    this.#sync = undefined;
    this.cache.reset();
    for (const event of this.#past) {
      this.cache.replay(event, this.world.now() - event.timeMs, this.now);
    }
    this.beginSync();
  }

  /** Until nothing is on its way any more; the engine answers before anything else happens. */
  drain(): void {
    this.finishSync();
    this.#settle();
    while (this.#queue.length > 0) {
      this.deliver();
      this.#settle();
    }
  }

  #settle(): void {
    for (this.ask(); this.#questions.length > 0; this.ask()) {
      this.answer(0);
      this.receive(0);
    }
  }

  sync(): void {
    this.beginSync();
    this.finishSync();
  }

  look(id: string): Answer {
    const wire = this.world.containers.get(id);
    if (!wire) return { kind: 'gone' };
    const copy: WireContainer = structuredClone(wire);
    return { kind: 'found', entry: toEntry(copy, ({ name }) => name === 'back') };
  }
}

const INFO = {
  name: 'fake',
  containers: 1,
  images: 1,
  version: '20.10.24',
  apiVersion: '1.41',
  goVersion: 'go1.19.8',
  operatingSystem: 'linux',
  architecture: 'amd64',
};
