import { messageOf } from '../base/errors.ts';
import { EngineError } from '../docker/engine-error.ts';
import {
  type CallbackBody,
  type CallbackOutcome,
  type CallbackTarget,
  callBack,
  judgeCallback,
} from './callback.ts';
import { type Deployment, describeDeployment, isFinished } from './deployment.ts';
import { type Entry, isOpen, type Journal } from './journal.ts';
import type { Push } from './push.ts';
import { type RollOutDeps, rollOut } from './roll-out.ts';

export interface DeployerOptions {
  /** The allow list. */
  readonly repositories: ReadonlySet<string>;
  /** Hosts whose `callback_url` may be called. */
  readonly callbackHosts: ReadonlySet<string>;
}

export interface DeployerDeps extends Omit<RollOutDeps, 'keep'> {
  readonly journal: Journal;
  readonly call?: (
    url: URL,
    body: CallbackBody,
    options: { readonly signal: AbortSignal },
  ) => Promise<CallbackOutcome>;
}

/** What a delivery is answered with. */
export type Reception =
  | {
      readonly kind: 'accepted';
      readonly deployment: Deployment;
      /** Why nobody will be called back; absent: somebody will, or nobody asked for it. */
      readonly callbackRefused?: string;
    }
  /** It was delivered before. */
  | { readonly kind: 'repeated'; readonly deployment: Deployment }
  | { readonly kind: 'refused'; readonly reason: string };

/** Takes pushes in, and brings one after the other to the replicas. */
export class Deployer implements AsyncDisposable {
  readonly #options: DeployerOptions;
  readonly #deps: DeployerDeps;
  readonly #stop = new AbortController();
  /** One push after the other is taken in: of two that are the same, one is new. */
  #receiving: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #working: Promise<void> | undefined;

  constructor(options: DeployerOptions, deps: DeployerDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Newest first. */
  get deployments(): readonly Deployment[] {
    return this.#deps.journal.entries.map(({ deployment }) => deployment).toReversed();
  }

  /** Takes up what was cut off, then waits for pushes. */
  start(): void {
    this.#working ??= this.#work();
  }

  /** Keeps a push; it is on the disk when this resolves. */
  async receive(push: Push): Promise<Reception> {
    const received = this.#receiving.then(() => this.#receive(push));
    this.#receiving = received.catch(() => undefined);
    return await received;
  }

  /** What goes on stops where it is, and is taken up by the next one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the deployer was told to stop'));
    this.#wake();
    await this.#receiving;
    await this.#working;
  }

  async #receive(push: Push): Promise<Reception> {
    const { journal, log, clock } = this.#deps;
    const { repository, tag, digest, key } = push;
    if (!this.#options.repositories.has(repository)) {
      log.warn('A push of a repository that is not on the allow list was refused', { repository });
      return { kind: 'refused', reason: `the repository ${repository} is not on the allow list` };
    }
    const known = key === undefined ? undefined : journal.byKey(key);
    if (known) return { kind: 'repeated', deployment: known.deployment };
    const target = this.#judge(push.callbackUrl);
    const deployment: Deployment = {
      id: journal.nextId,
      repository,
      tag,
      ...(digest ? { digest } : {}),
      receivedAt: new Date(clock.now()).toISOString(),
      state: 'queued',
      images: [],
      replicas: [],
    };
    const isCalled = target?.kind === 'allowed';
    await journal.keep({
      deployment,
      ...(key === undefined ? {} : { key }),
      ...(isCalled ? { callbackUrl: target.url.href } : {}),
    });
    log.info('A push is to be rolled out', { deployment: deployment.id, repository, tag });
    this.#wake();
    return {
      kind: 'accepted',
      deployment,
      ...(target?.kind === 'refused' ? { callbackRefused: target.reason } : {}),
    };
  }

  #judge(url: string | undefined): CallbackTarget | undefined {
    if (url === undefined) return undefined;
    const target = judgeCallback(url, this.#options.callbackHosts);
    if (target.kind === 'refused') {
      this.#deps.log.warn(`Nobody is called back: ${target.reason}`);
    }
    return target;
  }

  async #work(): Promise<void> {
    const { log, clock } = this.#deps;
    while (!this.#stop.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const next = this.#deps.journal.entries.find(isOpen);
      if (!next) {
        await woken;
        continue;
      }
      try {
        await this.#bring(next);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const { id } = next.deployment;
        // An engine that was asked and said no would again, and others wait.
        const isFinal = error instanceof EngineError && error.status !== undefined;
        if (isFinal && (await this.#refuse(id, error.message))) continue;
        // It is out of reach, or the disk is full: what was kept says where to go on.
        log.error(`Deployment ${id} has to wait: ${messageOf(error)}`);
        await clock.sleep(RETRY_MS, this.#stop.signal).catch(() => undefined);
      }
    }
  }

  async #bring(entry: Entry): Promise<void> {
    const { journal, log } = this.#deps;
    const { id, repository, tag } = entry.deployment;
    if (isFinished(entry.deployment)) {
      await this.#tell(entry);
      return;
    }
    const isLater = ({ deployment: one }: Entry) =>
      one.id > id && one.repository === repository && one.tag === tag;
    // The name means the image that was pushed last: one roll-out brings that.
    if (entry.deployment.state === 'queued' && journal.entries.some(isLater)) {
      await this.#end(entry, { ...entry.deployment, state: 'superseded' });
      return;
    }
    if (entry.deployment.state !== 'queued') {
      log.info('Taking up a deployment that was cut off', {
        deployment: id,
        state: entry.deployment.state,
      });
    }
    const keep = async (deployment: Deployment) => await journal.keep({ ...entry, deployment });
    const ended = await rollOut(
      entry.deployment,
      { ...this.#deps, keep },
      { signal: this.#stop.signal },
    );
    await this.#end(entry, ended);
  }

  /** @returns whether it could be kept that this one is over. */
  async #refuse(id: number, reason: string): Promise<boolean> {
    const entry = this.#deps.journal.entries.find(({ deployment }) => deployment.id === id);
    if (!entry) return false;
    return await this.#end(entry, { ...entry.deployment, state: 'failed', reason }).then(
      () => true,
      () => false,
    );
  }

  async #end(entry: Entry, ended: Deployment): Promise<void> {
    const { journal, log, clock } = this.#deps;
    const deployment = { ...ended, endedAt: new Date(clock.now()).toISOString() };
    await journal.keep({ ...entry, deployment });
    const text = describeDeployment(deployment);
    const isGood = stateFor(deployment) === 'success';
    log[isGood ? 'info' : 'error'](`Deployment ${deployment.id} is over: ${text}`);
  }

  /** Once it is kept what is to be told: who is cut off here tells it again. */
  async #tell({ callbackUrl, ...entry }: Entry): Promise<void> {
    if (callbackUrl === undefined) return;
    const { journal, log, call = callBack } = this.#deps;
    const { deployment } = entry;
    const callback = await call(
      new URL(callbackUrl),
      {
        state: stateFor(deployment),
        description: describeDeployment(deployment),
        context: 'tsgen deploy-hook',
      },
      { signal: this.#stop.signal },
    );
    if (callback.kind !== 'called') log.warn(`Nobody was called back: ${callback.reason}`);
    await journal.keep({ ...entry, deployment: { ...deployment, callback } });
  }
}

const RETRY_MS = 5_000;

function stateFor({ state }: Deployment): CallbackBody['state'] {
  switch (state) {
    case 'succeeded':
    case 'unchanged':
    case 'ignored':
    case 'superseded':
      return 'success';
    case 'rolled-back':
      return 'failure';
    default:
      return 'error';
  }
}
