import type { ProxyDriver, ProxyUnderTest } from './proxies/proxy-under-test.ts';
import { Results } from './results.ts';
import type { ProxySetup, Scenario } from './scenario.ts';
import { Scene } from './scene.ts';
import type { Surroundings } from './surroundings.ts';

/** Plays scenarios on one kind of proxy. Those with the same setup share one that runs. */
export class Stage {
  readonly results: Results;
  readonly #driver: ProxyDriver;
  readonly #around: Surroundings;
  readonly #proxies = new Map<string, Promise<ProxyUnderTest>>();
  /** Ends when the containers of all that are over are gone. */
  #struck: Promise<void> = Promise.resolve();
  #played = 0;

  constructor(driver: ProxyDriver, around: Surroundings) {
    this.#driver = driver;
    this.#around = around;
    this.results = new Results(driver.kind);
  }

  /**
   * Plays one; several may be played at a time.
   *
   * @throws what its first step that failed threw. Logs and configuration are then kept in a file
   * beside the results.
   */
  async play(scenario: Scenario): Promise<void> {
    this.#played += 1;
    try {
      await this.#perform(scenario, `s${this.#played}`);
      const limit = scenario.limits?.[this.#driver.kind];
      this.results.add(
        scenario,
        limit ? { outcome: 'does not apply', reason: limit.reason } : { outcome: 'holds' },
      );
    } catch (error) {
      this.results.add(scenario, { outcome: 'fails', reason: String(error).slice(0, 2_000) });
      throw error;
    }
  }

  /**
   * Waits until the containers of all that were played are gone, ends the proxies, which would go on
   * to watch and may have ports that the next ones need, and keeps what came of it all.
   *
   * @throws what a removal threw.
   */
  async close(): Promise<void> {
    await this.results.save();
    await this.#struck;
    const started = await Promise.allSettled(this.#proxies.values());
    const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(running.map((proxy) => proxy.end()));
  }

  async #perform(scenario: Scenario, id: string): Promise<void> {
    const proxy = await this.#proxyOf(scenario.proxy);
    const scene = new Scene(scenario, proxy, this.#around, id);
    try {
      await scene.set();
      const { steps } = scenario.limits?.[this.#driver.kind] ?? scenario;
      for (const step of steps) await step(scene);
    } catch (error) {
      await this.#keepEvidence(proxy, scenario, id);
      throw error;
    } finally {
      await scene.undo();
      // The next one need not wait for it: it has containers and hosts of its own. One after the
      // other, because of many at once engine 20.10 forgets to take one out of its network.
      this.#struck = this.#struck.then(() => scene.strike());
      this.#struck.catch(() => undefined);
    }
  }

  async #proxyOf(setup: ProxySetup): Promise<ProxyUnderTest> {
    const started = this.#proxies.get(setup.name) ?? this.#driver.start(setup, this.#around);
    this.#proxies.set(setup.name, started);
    return await started;
  }

  async #keepEvidence(proxy: ProxyUnderTest, scenario: Scenario, id: string): Promise<void> {
    const evidence = await Promise.all([proxy.logs(), proxy.config()]).catch(String);
    const [logs, config] = typeof evidence === 'string' ? [[evidence], ''] : evidence;
    const lines = [scenario.name, '', ...logs.slice(-200), '', config];
    await this.results.addEvidence(`${scenario.group}-${id}`, lines);
  }
}
