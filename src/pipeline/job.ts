import { messageOf, TsgenError } from '../base/errors.ts';
import { listChanges } from '../base/list-changes.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ApplyOptions } from '../output/output.ts';
import type { Reading } from '../routing/intent.ts';
import type { Problem, RoutingModel } from '../routing/model.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';
import { OWN_VOCABULARY } from '../routing/vocabulary.ts';
import type { HeldReport } from '../status/history-report.ts';
import type { Engine, TemplateSource } from '../templates/engine.ts';
import type { InputFiles } from '../templates/input-files.ts';
import { blamed } from './blame.ts';
import type { Drains } from './drains.ts';
import { filesHash, hashOf, keptHashOf } from './hash-of.ts';
import { heldBack } from './held-back.ts';
import type { HeldSet, Hold } from './hold.ts';
import { JobTrials, type JobTrialsOptions } from './job-trials.ts';
import { Lingering, type LingeringOptions } from './lingering.ts';
import type { Outcome } from './outcome.ts';
import { ProblemLog } from './problem-log.ts';
import { VersionedSettings } from './proxy-version.ts';
import { Quarantine } from './quarantine.ts';
import { leaving, type Scene } from './render.ts';
import type { Selected, Selection } from './selection.ts';
import type { StateNote } from './state-note.ts';
import { Steadiness, type SteadinessOptions } from './steadiness.ts';
import { vantageOf } from './vantage.ts';
import type { World } from './world.ts';

export interface JobOptions extends JobTrialsOptions {
  readonly world: World;
  readonly engine: Engine;
  /** Reads the template anew: it may have been edited since the last run. */
  readonly loadTemplate: () => Promise<TemplateSource>;
  /** Is told of what `engine` and `loadTemplate` look at; here of the end of each rendering. */
  readonly inputs?: Pick<InputFiles, 'rendered'>;
  /** Which containers take part; all that run if absent. */
  readonly selection?: Selection;
  /** Who was taken out by hand; nobody if absent. */
  readonly drains?: Drains;
  /** What is live whatever the containers ask for; nothing if absent. */
  readonly hold?: Pick<Hold, 'current' | 'look' | 'settle' | 'report'>;
  /** See there; if absent, nobody is kept back and no site is remembered. */
  readonly patience?: SteadinessOptions & LingeringOptions;
  /** Where it is kept whose part the proxy rejects; without it a start finds that out anew. */
  readonly quarantineNote?: StateNote;
}

const NONE: SteadinessOptions & LingeringOptions = {
  settleMs: 0,
  lingerMs: 0,
  monotonic: () => 0,
};

/**
 * One template and its destination: turns a snapshot into an outcome. What it keeps between runs
 * (intents, sites, their text, the last output) makes an unchanged container cost nothing.
 */
export class Job {
  readonly #options: JobOptions;
  readonly #trials: JobTrials;
  readonly #quarantine: Quarantine;
  readonly #steadiness: Steadiness;
  readonly #lingering: Lingering;
  #heldBack: readonly RuntimeContainer[] = [];
  readonly #problems: ProblemLog;
  readonly #settings: VersionedSettings;
  #severalProxies = '';
  /** IDs of those that have begun to leave since the newest run looked at the containers. */
  #left = new Set<string>();

  constructor(options: JobOptions) {
    this.#options = options;
    this.#problems = new ProblemLog(options.log);
    this.#trials = new JobTrials(options);
    const { log, quarantineNote: note, patience = NONE } = options;
    this.#steadiness = new Steadiness(patience);
    this.#lingering = new Lingering(patience);
    this.#quarantine = new Quarantine({ log, ...(note ? { note } : {}) });
    this.#settings = new VersionedSettings(options.routing.settings);
  }

  /** What the last run was rendered from. */
  get model(): RoutingModel {
    return this.#trials.model;
  }

  /** Whose part of the configuration the proxy rejects, so that it is left out. */
  get setAside(): readonly Problem[] {
    return this.#quarantine.problems;
  }

  /** The containers that tsgen itself gives no traffic. */
  get heldBack(): readonly RuntimeContainer[] {
    return this.#heldBack;
  }

  /** What is live in the place of `model`. */
  get held(): HeldReport | undefined {
    return this.#options.hold?.report;
  }

  /** When the next run is due though nothing changes, by `monotonic`; `undefined`: never. */
  get dueAt(): number | undefined {
    const due = [this.#steadiness.dueAt, this.#lingering.dueAt].filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Whether a container may take part in a run: the user's filters leave out others. */
  mayTake(container: RuntimeContainer): boolean {
    return this.#options.selection?.mayFit(container) ?? true;
  }

  /** The next run tries again what the proxy rejected. */
  reconsider(): void {
    this.#quarantine.reconsider();
  }

  /** Never rejects for a foreseen reason: a template that is broken is an outcome. */
  async run(wished: Omit<ApplyOptions, 'left'>): Promise<Outcome> {
    const { world } = this.#options;
    const { snapshot, proxy } = world;
    const left = new Set<string>();
    this.#left = left;
    const options: ApplyOptions = { ...wished, left };
    if (!snapshot) return { kind: 'waiting', message: 'Waiting for the engine' };
    if (proxy?.kind === 'none') {
      return { kind: 'waiting', message: `Waiting for the proxy: ${proxy.reason}` };
    }
    if (proxy) this.#warnOfSeveral(proxy.fitting, proxy.container.Name);
    const vantage = vantageOf(proxy?.container ?? world.self);
    const settings = this.#settings.of(proxy?.container);
    try {
      const own = new Set([proxy?.container.ID ?? '', world.self?.ID ?? '']);
      const containers = await this.#holdBack(snapshot.containers);
      const { listed, routed } = await this.#select(containers, own, options.signal);
      const selected = { listed, routed: this.#lingering.with(routed, this.#readingOf(settings)) };
      const seen = { snapshot, vantage, settings };
      const { hold } = this.#options;
      if (hold?.current) return await this.#keep(hold.current, { ...selected, ...seen }, options);
      const outcome = await this.#liveOf(selected, seen, options);
      return blamed(outcome, settings);
    } catch (error) {
      if (options.signal.aborted) return { kind: 'aborted' };
      if (!(error instanceof TsgenError)) throw error;
      const { kind } = error;
      if (kind !== 'template' && kind !== 'engine') throw error;
      const message = messageOf(error);
      return { kind: 'failed', stage: kind, message, retry: true, cause: error };
    }
  }

  /** Has the proxy give nothing more to containers that leave, as far as it can be told while it runs. */
  async letGo(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { hold, output } = this.#options;
    // What is held stays as it is.
    if (hold?.current) return;
    for (const id of ids) this.#left.add(id);
    await output.letGo?.(ids, signal);
  }

  #readingOf({ additionalServices }: ProxySettings): Reading {
    const { vocabulary = OWN_VOCABULARY } = this.#options.routing;
    return { vocabulary, additionalServices };
  }

  async #liveOf(
    selected: Selected,
    seen: Pick<Scene, 'snapshot' | 'vantage' | 'settings'>,
    options: ApplyOptions,
  ): Promise<Outcome> {
    const { engine, loadTemplate, inputs, routing } = this.#options;
    const files = await routing.readFiles();
    const now = routing.now();
    try {
      const template = engine.compile(await loadTemplate());
      const scene: Scene = { ...selected, ...seen, files, now, template };
      const outcome = await this.#quarantine.run(
        allOf(selected),
        this.#surroundingsOf(scene),
        this.#trials.of(scene, () => this.setAside, options),
      );
      // What was tried last may have been less than what is asked for still.
      if (outcome.kind === 'rejected') {
        this.#trials.route(scene, this.#quarantine.left, this.setAside);
      }
      this.#problems.report(this.model.problems);
      return outcome;
    } finally {
      // Of all that was tried: any of these files may make a difference.
      inputs?.rendered();
    }
  }

  /** What is held goes live; what the containers ask for is worked out, to be shown. */
  async #keep(
    held: HeldSet,
    seen: Omit<Scene, 'files' | 'now' | 'template'>,
    options: ApplyOptions,
  ): Promise<Outcome> {
    const { routing, hold } = this.#options;
    const scene = { ...seen, files: await routing.readFiles(), now: routing.now() };
    this.#trials.route(scene, this.#quarantine.left, this.setAside);
    this.#problems.report(this.model.problems);
    const outcome = await this.#trials.keep(held, options);
    await hold?.settle(outcome);
    hold?.look(this.#trials.marks(leaving(seen.listed, this.#quarantine.left)));
    return outcome;
  }

  /** What a rendering is made from besides containers, as a hash. */
  #surroundingsOf({ template, vantage, settings, files }: Scene): string {
    const { env } = this.#options;
    const kept = [keptHashOf(settings), keptHashOf(env), filesHash(files)];
    return hashOf([template.hash, vantage, ...kept]);
  }

  /** Marks those that are drained, or end again and again. */
  async #holdBack(containers: readonly RuntimeContainer[]): Promise<readonly RuntimeContainer[]> {
    const { drains } = this.#options;
    await drains?.look(containers);
    const unsteady = this.#steadiness.look(containers);
    if (!drains?.any && unsteady.size === 0) {
      this.#heldBack = [];
      return containers;
    }
    const marked = containers.map((container) => {
      if (drains?.has(container.ID)) return heldBack(container, 'drained');
      return unsteady.has(container.ID) ? heldBack(container, 'unsteady') : container;
    });
    this.#heldBack = marked.filter((container) => container.heldBack !== undefined);
    return marked;
  }

  async #select(
    containers: readonly RuntimeContainer[],
    own: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Selected> {
    const { selection } = this.#options;
    if (selection) return await selection.select(containers, own, signal);
    // docker-gen lists the running ones; paused and restarting ones matter to routing alone.
    return { listed: containers.filter(isRunning), routed: containers };
  }

  /** Once for each set of them. */
  #warnOfSeveral(fitting: readonly string[], chosen: string): void {
    const names = fitting.length > 1 ? fitting.join(', ') : '';
    if (names !== '' && names !== this.#severalProxies) {
      this.#options.log.warn(
        `--proxy fits several running containers (${names}): ${chosen} is the proxy, for of those that mount the destination's folder, or else of all, the newest counts. Name one of them.`,
      );
    }
    this.#severalProxies = names;
  }
}

/** Mostly the two lists are one. */
function allOf({ listed, routed }: Selected): readonly RuntimeContainer[] {
  const { removed, added } = listChanges(listed, routed);
  if (removed.length === 0) return routed;
  return added.length === 0 ? listed : [...listed, ...added];
}

function isRunning({ status }: RuntimeContainer): boolean {
  return status === 'running';
}
