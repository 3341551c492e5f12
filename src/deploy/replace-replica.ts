import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DeployApi, WireReplica } from '../docker/deploy-api.ts';
import { ROLL_OUT_LABELS, SERVICE_LABEL } from './labels.ts';
import { nextView } from './next-view.ts';
import { type ProxyVerdict, proxyVerdict } from './proxy-verdict.ts';
import type { ProxyWatch } from './proxy-watch.ts';
import { type ReplicaTarget, replicaConfig, shortId, whyAlone } from './replica-config.ts';
import { type ReplicaStep, type ReplicaView, stepFor } from './replica-step.ts';

/** One replica that is to run another image. */
export interface Replacement {
  /** The ID of the container whose place is taken. It may be gone where this is taken up again. */
  readonly old: string;
  /** The name that the new one has in the end. */
  readonly name: string;
  /** Whose pushes replace both: who has not its label is neither, whatever else it says of itself. */
  readonly repository: string;
  readonly target: ReplicaTarget;
}

export interface ReplaceLimits {
  /** How long the new one may take to become healthy and get requests. */
  readonly healthyMs: number;
  /** How long open requests of the old one may take. */
  readonly drainMs: number;
  /** How long a container without a health check has to run before it counts as ready. */
  readonly settleMs: number;
}

export interface ReplaceDeps {
  readonly api: DeployApi;
  readonly proxy: ProxyWatch;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: ReplaceLimits;
}

export type ReplaceOutcome =
  | { readonly kind: 'replaced' }
  /** The old one stays, or what is left of it. */
  | { readonly kind: 'kept'; readonly reason: string };

const POLL_MS = 250;

/**
 * Replaces one replica: looks what is there, takes the next step, and looks again, until it is done
 * or abandoned. A fault of engine or watch is tried again for as long as the step may take.
 *
 * @throws the signal's reason when it aborts: all stays as it is, to be taken up again.
 */
export async function replaceReplica(
  replacement: Replacement,
  deps: ReplaceDeps,
  { signal }: { readonly signal: AbortSignal },
): Promise<ReplaceOutcome> {
  return await new Replacing(replacement, deps, signal).run();
}

interface Look {
  readonly view: ReplicaView;
  readonly old: WireReplica | undefined;
  readonly next: WireReplica | undefined;
}

class Replacing {
  readonly #replacement: Replacement;
  readonly #deps: ReplaceDeps;
  readonly #signal: AbortSignal;
  /** When the new one was first seen to run, and when this began; by `monotonic`. */
  #runsSince: number | undefined;
  readonly #begun: number;
  #drainedAt: number | undefined;
  /** Since when nothing that was tried has worked. */
  #faultsSince: number | undefined;
  /** The proxy was seen to give the new one requests. */
  #isConfirmed: boolean = false;
  #said: string = '';

  constructor(replacement: Replacement, deps: ReplaceDeps, signal: AbortSignal) {
    this.#replacement = replacement;
    this.#deps = deps;
    this.#signal = signal;
    this.#begun = deps.clock.monotonic();
  }

  async run(): Promise<ReplaceOutcome> {
    for (;;) {
      let attempted = 'look at it';
      try {
        const look = await this.#look();
        const step = stepFor(look.view);
        attempted = step.kind;
        this.#say(step);
        const outcome = await this.#take(step, look);
        if (outcome) return outcome;
        this.#faultsSince = undefined;
      } catch (error) {
        this.#signal.throwIfAborted();
        const { clock, limits, log } = this.#deps;
        this.#faultsSince ??= clock.monotonic();
        if (clock.monotonic() - this.#faultsSince > limits.healthyMs) {
          return await this.#giveUp(`cannot ${attempted}: ${messageOf(error)}`);
        }
        log.warn(`The replacement of ${this.#replacement.name} has to wait: ${messageOf(error)}`);
        await clock.sleep(4 * POLL_MS, this.#signal);
      }
    }
  }

  /** @returns what came of it all where this was the last step. */
  async #take(step: ReplicaStep, look: Look): Promise<ReplaceOutcome | undefined> {
    const { api, proxy, clock } = this.#deps;
    const { old, name } = this.#replacement;
    const options = { signal: this.#signal };
    switch (step.kind) {
      case 'done':
        return { kind: 'replaced' };
      case 'abandon':
        return await this.#abandon(look, step.reason);
      case 'start': {
        const refusal = await this.#start(look);
        return refusal === undefined ? undefined : await this.#abandon(await this.#look(), refusal);
      }
      case 'wait':
        await clock.sleep(POLL_MS, this.#signal);
        return undefined;
      case 'drain': {
        const { exitCode, message } = await proxy.drain(old, this.#signal);
        if (exitCode !== 0) throw new Error(`the proxy does not let it go: ${message}`);
        this.#drainedAt = clock.monotonic();
        return undefined;
      }
      case 'stop':
        await api.stopContainer(old, options);
        return undefined;
      case 'remove':
        await api.removeContainer(old, options);
        return undefined;
      case 'rename':
        if (look.next) await api.renameContainer(look.next.Id, name, options);
        return undefined;
    }
  }

  /** @returns why it cannot be started; `undefined` when it was. */
  async #start({ old, next }: Look): Promise<string | undefined> {
    const { api } = this.#deps;
    const { target, name } = this.#replacement;
    const options = { signal: this.#signal };
    if (next) await api.removeContainer(next.Id, options);
    if (!old) return 'the old one is gone';
    const alone = whyAlone(old);
    if (alone !== undefined) return alone;
    const oldImage = await api.inspectImage(old.Image, options);
    if (!oldImage) {
      return 'the image of the old one is not there any more, so that what it had from it cannot be told from what it was given';
    }
    const { config, networks } = replicaConfig(old, oldImage.Config ?? {}, target);
    try {
      const id = await api.createContainer(`${shortId(old.Id)}_${name}`, config, options);
      for (const network of networks) {
        await api.connectNetwork(network.name, id, network.endpoint, options);
      }
      await api.startContainer(id, options);
    } catch (error) {
      this.#signal.throwIfAborted();
      return `it cannot be started: ${messageOf(error)}`;
    }
    return undefined;
  }

  /** The new one goes; the old one gets requests as before. Where that is gone, better a bad one than none. */
  async #abandon({ view, next }: Look, reason: string): Promise<ReplaceOutcome> {
    const { api, proxy, log } = this.#deps;
    const { name, old } = this.#replacement;
    const options = { signal: this.#signal };
    log.warn(`The new ${name} is given up: ${reason}`);
    if (view.old === 'gone') return { kind: 'kept', reason };
    // The other way round there would be a moment with neither.
    if (view.old === 'stopped') {
      await api.startContainer(old, options);
      // A drain ends with the container that was stopped: there may be none any more.
      await proxy.undrain(old, this.#signal).catch(() => undefined);
    } else if (view.drain !== 'not-begun') {
      await proxy.undrain(old, this.#signal);
    }
    if (next) await api.removeContainer(next.Id, options);
    return { kind: 'kept', reason };
  }

  /** Where engine or watch refuse, whatever can still be put back is. */
  async #giveUp(reason: string): Promise<ReplaceOutcome> {
    const { api, proxy, log } = this.#deps;
    const { old, name } = this.#replacement;
    const options = { signal: this.#signal };
    try {
      const [before, next] = [await this.#findOld(), await this.#findNext()];
      if (before?.State.Running) {
        await proxy.undrain(old, this.#signal).catch(() => undefined);
        if (next) await api.removeContainer(next.Id, options);
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      log.error(`Cannot clear up after ${name} either: ${messageOf(error)}`);
    }
    return { kind: 'kept', reason };
  }

  async #look(): Promise<Look> {
    const { clock, limits } = this.#deps;
    const { name } = this.#replacement;
    const old = await this.#findOld();
    const next = await this.#findNext();
    if (next?.State.Running) this.#runsSince ??= clock.monotonic();
    const ranForMs = clock.monotonic() - (this.#runsSince ?? clock.monotonic());
    const seen = nextView(next, { ranForMs, settleMs: limits.settleMs });
    const oldState = stateOf(old);
    const verdict = await this.#verdict(old, next);
    const view: ReplicaView = {
      old: oldState,
      next: seen,
      isNamed: next?.Name === `/${name}`,
      ...verdict,
      drain: oldState === 'running' && verdict.isRouted ? await this.#drain(verdict) : 'not-begun',
      isLate: this.#isLate(),
      isDrainLate:
        this.#drainedAt !== undefined && clock.monotonic() - this.#drainedAt > limits.drainMs,
    };
    return { view, old, next };
  }

  async #findOld(): Promise<WireReplica | undefined> {
    const { old, repository } = this.#replacement;
    const found = await this.#deps.api.inspectReplica(old, { signal: this.#signal });
    return found?.Config.Labels?.[SERVICE_LABEL] === repository ? found : undefined;
  }

  async #findNext(): Promise<WireReplica | undefined> {
    const { api } = this.#deps;
    const { replaces } = ROLL_OUT_LABELS;
    const { old, repository } = this.#replacement;
    const found = (
      await api.listContainers({
        filters: { label: [`${SERVICE_LABEL}=${repository}`, `${replaces}=${old}`] },
        signal: this.#signal,
      })
    ).find(({ labels }) => labels[replaces] === old && labels[SERVICE_LABEL] === repository);
    return found && (await api.inspectReplica(found.id, { signal: this.#signal }));
  }

  async #verdict(
    old: WireReplica | undefined,
    next: WireReplica | undefined,
  ): Promise<ProxyVerdict & { readonly isDrained: boolean }> {
    const { proxy } = this.#deps;
    const pair = { old: named(old), next: named(next) };
    let report = await proxy.status(this.#signal);
    let verdict = proxyVerdict(report, pair);
    if (verdict.confirmation.confirmed && !this.#isConfirmed) {
      // What the watch lists it may be about to apply: after a run that has begun since, it has.
      const { exitCode, message } = await proxy.refresh(this.#signal);
      report = await proxy.status(this.#signal);
      verdict = proxyVerdict(report, pair);
      if (exitCode !== 0) {
        verdict = { ...verdict, confirmation: { confirmed: false, why: message } };
      }
      this.#isConfirmed = verdict.confirmation.confirmed;
    }
    const isDrained =
      report.heldBack?.some(({ id, why }) => id === old?.Id && why === 'drained') ?? false;
    return { ...verdict, isDrained };
  }

  /** Who took up a roll-out gives open requests their time anew. */
  async #drain({ isDrained }: { readonly isDrained: boolean }): Promise<ReplicaView['drain']> {
    if (!isDrained) return 'not-begun';
    this.#drainedAt ??= this.#deps.clock.monotonic();
    const { kind } = await this.#deps.proxy.drainProgress(this.#replacement.old, this.#signal);
    return kind === 'waiting' ? 'waiting' : 'done';
  }

  #isLate(): boolean {
    const { clock, limits } = this.#deps;
    return clock.monotonic() - this.#begun > limits.healthyMs;
  }

  /** Each new step once. */
  #say(step: ReplicaStep): void {
    const said = step.kind === 'wait' ? `wait for ${step.for}` : step.kind;
    if (said === this.#said) return;
    this.#said = said;
    const words = WORDS[said];
    if (words !== undefined) this.#deps.log.info(`${this.#replacement.name}: ${words}`);
  }
}

/** What is given up says why itself. */
const WORDS: Readonly<Record<string, string>> = {
  start: 'starting the new one beside the old one',
  'wait for health': 'waiting until the new one is healthy',
  'wait for proxy': 'waiting until the proxy gives the new one requests',
  drain: 'the proxy gives the new one requests: draining the old one',
  'wait for drain': 'waiting until the open requests of the old one have ended',
  stop: 'stopping the old one',
  remove: 'removing the old one',
  rename: 'giving the new one its name',
  done: 'replaced',
};

function stateOf(old: WireReplica | undefined): ReplicaView['old'] {
  if (!old) return 'gone';
  return old.State.Running || old.State.Restarting ? 'running' : 'stopped';
}

function named(wire: WireReplica | undefined) {
  return wire && { id: wire.Id, name: wire.Name.replace(/^\//, '') };
}
