import { expect, vi } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { connectDocker } from '../../src/docker/client.ts';
import { parseEndpoint } from '../../src/docker/endpoint.ts';
import type { RuntimeContainer, Snapshot } from '../../src/inventory/runtime-container.ts';
import { type Cause, Inventory } from '../../src/inventory/sync.ts';
import { FakeEngine } from './fake-engine.ts';
import { SOON } from './soon.ts';

export const INSPECT = /^\/containers\/[0-9a-f]+\/json$/;
export const LIST = /^\/containers\/json$/;

export interface FollowOptions {
  readonly clock?: Clock;
  readonly resyncEveryMs?: number;
}

/** An inventory at work, and all that it said. */
export class Follower {
  readonly snapshots: Snapshot[] = [];
  readonly causes: Cause[] = [];
  readonly log: string[] = [];
  readonly inventory: Inventory;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    options: FollowOptions & { readonly api: Awaited<ReturnType<typeof connectDocker>> },
  ) {
    const say = (level: string) => (message: string) => this.log.push(`${level} ${message}`);
    this.inventory = new Inventory({
      clock: systemClock,
      random: () => 0,
      ...options,
      log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    });
    this.#running = this.inventory.run(
      (snapshot, cause) => {
        this.snapshots.push(snapshot);
        this.causes.push(cause);
      },
      { signal: this.#stop.signal },
    );
  }

  get containers(): readonly RuntimeContainer[] {
    return this.snapshots.at(-1)?.containers ?? [];
  }

  /** `name` or, when it is stopping, `name!`. */
  get names(): readonly string[] {
    return this.containers.map(({ Name, stopping }) => `${Name}${stopping ? '!' : ''}`);
  }

  lines(pattern: RegExp): readonly string[] {
    return this.log.filter((line) => pattern.test(line));
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

/** A fake engine, and the inventories that follow it. */
export class FollowedEngine implements AsyncDisposable {
  readonly engine: FakeEngine;
  readonly #followers: Follower[] = [];

  private constructor(engine: FakeEngine) {
    this.engine = engine;
  }

  static async create(): Promise<FollowedEngine> {
    return new FollowedEngine(await FakeEngine.create());
  }

  async client() {
    const { endpoint } = this.engine;
    const options = { endpoint, env: {}, exists: () => false };
    return await connectDocker(parseEndpoint(options), { timeoutMs: 5_000 });
  }

  /** Follows the engine, which need not be there yet. It ends with this at the latest. */
  async begin(options: FollowOptions = {}): Promise<Follower> {
    const follower = new Follower({ ...options, api: await this.client() });
    this.#followers.push(follower);
    return follower;
  }

  /** Follows the engine; resolves when the first look is done. */
  async follow(options: FollowOptions = {}): Promise<Follower> {
    const follower = await this.begin(options);
    await until(() => expect(follower.snapshots.length).toBeGreaterThan(0));
    return follower;
  }

  /** Everything that was told so far has been heard and dealt with when this resolves. */
  async caughtUp(follower: Follower): Promise<void> {
    const { engine } = this;
    const marker = engine.addContainer({ name: `marker-${engine.containers.size}` });
    engine.emit('start', marker);
    const { Name } = engine.container(marker);
    await until(() => expect(follower.names).toContain(Name.slice(1)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#followers.splice(0).map((follower) => follower.end()));
    await this.engine[Symbol.asyncDispose]();
  }
}

export async function until(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, SOON);
}
