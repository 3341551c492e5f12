import { byText } from '../base/by-text.ts';
import { messageOf } from '../base/errors.ts';
import { Pool } from '../base/pool.ts';
import type { Deployment, MovedImage, ReplicaRecord } from './deployment.ts';
import { planRollBack, planRollOut, type RollOutPlan } from './plan-roll-out.ts';
import { type ReplaceDeps, type Replacement, replaceReplica } from './replace-replica.ts';
import { type ServiceReplica, serviceReplicas } from './service-replicas.ts';

export interface RollOutDeps extends ReplaceDeps {
  /** How many replicas are replaced at a time. */
  readonly parallel: number;
  /** How long a pull may take, in milliseconds. */
  readonly pullMs: number;
  /** Keeps how far the deployment is, before the next thing is done. */
  readonly keep: (deployment: Deployment) => Promise<void>;
}

/**
 * Brings a deployment to its end, from wherever it is: pulls the images, replaces the replicas, and
 * where one does not get healthy puts back what was replaced.
 *
 * @returns the deployment in a state that is final.
 * @throws the signal's reason when it aborts: what was kept says where to go on.
 */
export async function rollOut(
  deployment: Deployment,
  deps: RollOutDeps,
  { signal }: { readonly signal: AbortSignal },
): Promise<Deployment> {
  return await new RollOut(deployment, deps, signal).run();
}

class RollOut {
  #deployment: Deployment;
  readonly #deps: RollOutDeps;
  readonly #signal: AbortSignal;

  constructor(deployment: Deployment, deps: RollOutDeps, signal: AbortSignal) {
    this.#deployment = deployment;
    this.#deps = deps;
    this.#signal = signal;
  }

  async run(): Promise<Deployment> {
    if (['queued', 'pulling'].includes(this.#deployment.state)) {
      const ended = await this.#pull();
      if (ended) return ended;
    }
    if (this.#deployment.state === 'rolling-out') {
      const ended = await this.#forward();
      if (ended) return ended;
    }
    return await this.#back();
  }

  /** @returns the deployment where it ends with this. */
  async #pull(): Promise<Deployment | undefined> {
    const { api, pullMs } = this.#deps;
    const replicas = await this.#replicas();
    if (replicas.length === 0) {
      const reason = `no container with the label tsgen.deploy=${this.#deployment.repository} was started from this tag`;
      return { ...this.#deployment, state: 'ignored', reason };
    }
    // Taken up again, what was kept is from before the first attempt.
    const known = this.#deployment.images;
    const images = known.length > 0 ? known : movedImages(replicas);
    await this.#keep({ state: 'pulling', images });
    const pulled: MovedImage[] = [];
    try {
      for (const moved of images) {
        await api.pullImage(moved.reference, { timeoutMs: pullMs, signal: this.#signal });
        const found = await api.inspectImage(moved.reference, { signal: this.#signal });
        if (!found) throw new Error(`${moved.reference} is not there after it was pulled`);
        pulled.push({ ...moved, image: found.Id });
      }
      await this.#keep({ state: 'rolling-out', images: pulled });
    } catch (error) {
      this.#signal.throwIfAborted();
      await this.#nameBack(pulled);
      return { ...this.#deployment, state: 'pull-failed', reason: messageOf(error) };
    }
    return undefined;
  }

  async #forward(): Promise<Deployment | undefined> {
    const { id, images } = this.#deployment;
    const replicas = await this.#replicas();
    const plan = planRollOut({ deployment: id, images, replicas });
    if (plan.replacements.length === 0 && plan.leftovers.length === 0) {
      // Of one that was cut off, the containers know more than what was kept.
      const isOurs = replicas.some(({ deployment }) => deployment === id);
      return { ...this.#deployment, state: isOurs ? 'succeeded' : 'unchanged' };
    }
    const failure = await this.#carryOut(plan, 'replaced');
    if (failure === undefined) return { ...this.#deployment, state: 'succeeded' };
    await this.#keep({ state: 'rolling-back', reason: failure });
    return undefined;
  }

  async #back(): Promise<Deployment> {
    const { id, images } = this.#deployment;
    const reason = this.#deployment.reason ?? 'the new version could not be rolled out';
    try {
      await this.#nameBack(images);
      const plan = planRollBack({ deployment: id, images, replicas: await this.#replicas() });
      const failure = await this.#carryOut(plan, 'restored');
      if (failure === undefined) return { ...this.#deployment, state: 'rolled-back', reason };
      return {
        ...this.#deployment,
        state: 'failed',
        reason: `${reason}; the way back: ${failure}`,
      };
    } catch (error) {
      this.#signal.throwIfAborted();
      const why = `${reason}; the way back: ${messageOf(error)}`;
      return { ...this.#deployment, state: 'failed', reason: why };
    }
  }

  /** Names mean again what replicas ran before: what is started by them is the old version. */
  async #nameBack(images: readonly MovedImage[]): Promise<void> {
    const { api } = this.#deps;
    for (const { reference, previous } of images) {
      const now = await api.inspectImage(reference, { signal: this.#signal });
      if (now?.Id === previous) continue;
      await api.tagImage(previous, reference, { signal: this.#signal });
    }
  }

  /** @returns why it was not carried out to its end; none is begun after one that failed. */
  async #carryOut(
    { replacements, leftovers }: RollOutPlan,
    done: 'replaced' | 'restored',
  ): Promise<string | undefined> {
    const { api, proxy, parallel } = this.#deps;
    for (const { id, old } of leftovers) {
      // First, lest there be a moment with neither; one that does not run has nothing to get back.
      await proxy.undrain(old, this.#signal).catch(() => undefined);
      await api.removeContainer(id, { signal: this.#signal });
    }
    const pool = new Pool(parallel);
    const failures: string[] = [];
    const one = async (replacement: Replacement) => {
      if (failures.length > 0) return;
      const outcome = await replaceReplica(replacement, this.#deps, { signal: this.#signal });
      const { name } = replacement;
      const isKept = outcome.kind === 'kept';
      if (isKept) failures.push(`${name}: ${outcome.reason}`);
      const record: ReplicaRecord = isKept
        ? { name, outcome: 'kept', reason: outcome.reason }
        : { name, outcome: done };
      await this.#keep({ replicas: [...this.#deployment.replicas, record] });
    };
    const results = await Promise.allSettled(
      replacements.map((replacement) => pool.run(() => one(replacement))),
    );
    this.#signal.throwIfAborted();
    for (const result of results) {
      if (result.status === 'rejected') failures.push(messageOf(result.reason));
    }
    return failures.length === 0 ? undefined : failures.join('; ');
  }

  async #replicas() {
    return await serviceReplicas(this.#deps.api, this.#deployment, { signal: this.#signal });
  }

  async #keep(change: Partial<Deployment>): Promise<void> {
    this.#deployment = { ...this.#deployment, ...change };
    await this.#deps.keep(this.#deployment);
  }
}

/**
 * By name, the image that most of its replicas run. What the engine takes the name for may be the new
 * one already, where that was built on the same host.
 */
function movedImages(replicas: readonly ServiceReplica[]): readonly MovedImage[] {
  const names = new Set(replicas.map(({ reference: { name } }) => name));
  return [...names].map((reference) => {
    const counts = new Map<string, number>();
    for (const replica of replicas) {
      if (replica.reference.name !== reference) continue;
      counts.set(replica.wire.Image, (counts.get(replica.wire.Image) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1] || byText(a[0], b[0]));
    return { reference, previous: most?.[0] ?? '' };
  });
}
