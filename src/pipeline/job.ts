import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import type { ApplyOptions, Output } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import type { RuntimeMembers } from '../proxies/runtime-members.ts';
import { createRouter, emptyModel, type Router } from '../routing/build.ts';
import type { HookPlaces } from '../routing/hooks.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { Problem, RoutingModel, Vantage } from '../routing/model.ts';
import { byProblem } from '../routing/order.ts';
import type { ProxyFiles } from '../routing/proxy-files.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';
import { membersOf, structureHash } from '../routing/structure.ts';
import { OWN_VOCABULARY, type Vocabulary } from '../routing/vocabulary.ts';
import type { Engine, Template, TemplateSource } from '../templates/engine.ts';
import type { InputFiles } from '../templates/input-files.ts';
import { blamed } from './blame.ts';
import type { Drains } from './drains.ts';
import { filesHash, hashOf } from './hash-of.ts';
import { heldBack } from './held-back.ts';
import { Lingering, type LingeringOptions } from './lingering.ts';
import type { Outcome } from './outcome.ts';
import { ProblemLog } from './problem-log.ts';
import { VersionedSettings } from './proxy-version.ts';
import { Quarantine, type Trials } from './quarantine.ts';
import type { Selected, Selection } from './selection.ts';
import { SideFiles } from './side-files.ts';
import type { StateNote } from './state-note.ts';
import { Steadiness, type SteadinessOptions } from './steadiness.ts';
import { vantageOf } from './vantage.ts';
import type { World } from './world.ts';

export interface JobOptions {
  readonly log: Logger;
  readonly world: World;
  readonly engine: Engine;
  /** Reads the template anew: it may have been edited since the last run. */
  readonly loadTemplate: () => Promise<TemplateSource>;
  /** Is told of what `engine` and `loadTemplate` look at; here of the end of each rendering. */
  readonly inputs?: Pick<InputFiles, 'rendered'>;
  /**
   * The template spells the routing model and, but for comments, nothing else: so a change of
   * neither structure nor members is none for the proxy. True of the bundled ones.
   */
  readonly spellsModel: boolean;
  /** Of a proxy that is told of members while it runs; needs a template that spells the model. */
  readonly members?: RuntimeMembers;
  readonly output: Output;
  /** Which containers take part; all that run if absent. */
  readonly selection?: Selection;
  /** Absolute path of the main file; '' is standard output. */
  readonly destination: string;
  /** tsgen's own environment, for templates. */
  readonly env: Readonly<Record<string, string>>;
  readonly keepBlankLines: boolean;
  readonly routing: RoutingOptions;
  /** Who was taken out by hand; nobody if absent. */
  readonly drains?: Drains;
  /** See there; if absent, nobody is kept back and no site is remembered. */
  readonly patience?: SteadinessOptions & LingeringOptions;
  /** Where it is kept whose part the proxy rejects; without it a start finds that out anew. */
  readonly quarantineNote?: StateNote;
}

/** What routing depends on besides containers. */
export interface RoutingOptions {
  readonly settings: ProxySettings;
  /** What is wrong with them. */
  readonly problems: readonly Problem[];
  /** Where the operator's files for the proxy lie. */
  readonly places: HookPlaces;
  /** Whose words count; by default tsgen's own. */
  readonly vocabulary?: Vocabulary;
  readonly limits?: ProxyLimits;
  /** What lies there; the same object as long as it stays so. */
  readonly readFiles: () => Promise<ProxyFiles>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
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
  readonly #route = createRouter();
  /** For what is only tried: the other one remembers what is live. */
  readonly #routeTrial = createRouter();
  readonly #quarantine: Quarantine;
  readonly #steadiness: Steadiness;
  readonly #lingering: Lingering;
  #heldBack: readonly RuntimeContainer[] = [];
  readonly #problems: ProblemLog;
  readonly #sideFiles: SideFiles;
  readonly #trialSideFiles: SideFiles;
  readonly #settings: VersionedSettings;
  #model: RoutingModel = emptyModel();
  #severalProxies = '';

  constructor(options: JobOptions) {
    this.#options = options;
    this.#problems = new ProblemLog(options.log);
    this.#sideFiles = new SideFiles(options.destination, options.log);
    this.#trialSideFiles = new SideFiles(options.destination, SILENT);
    const { log, quarantineNote: note, patience = NONE } = options;
    this.#steadiness = new Steadiness(patience);
    this.#lingering = new Lingering(patience);
    this.#quarantine = new Quarantine({ log, ...(note ? { note } : {}) });
    this.#settings = new VersionedSettings(options.routing.settings);
  }

  /** What the last run was rendered from. */
  get model(): RoutingModel {
    return this.#model;
  }

  /** Whose part of the configuration the proxy rejects, so that it is left out. */
  get setAside(): readonly Problem[] {
    return this.#quarantine.problems;
  }

  /** The containers that tsgen itself gives no traffic. */
  get heldBack(): readonly RuntimeContainer[] {
    return this.#heldBack;
  }

  /** When the next run is due though nothing changes, by `monotonic`; `undefined`: never. */
  get dueAt(): number | undefined {
    const due = [this.#steadiness.dueAt, this.#lingering.dueAt].filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** The next run tries again what the proxy rejected. */
  reconsider(): void {
    this.#quarantine.reconsider();
  }

  /** Never rejects for a foreseen reason: a template that is broken is an outcome. */
  async run(options: ApplyOptions): Promise<Outcome> {
    const { world } = this.#options;
    const { snapshot, proxy } = world;
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
      const selected = { listed, routed: this.#lingering.with(routed) };
      const outcome = await this.#liveOf(selected, { snapshot, vantage, settings }, options);
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
        [...new Set([...selected.listed, ...selected.routed])],
        this.#surroundingsOf(scene),
        this.#trials(scene, options),
      );
      // What was tried last may have been less than what is asked for still.
      if (outcome.kind === 'rejected') this.#model = this.#modelOf(scene, this.#quarantine.left);
      this.#problems.report(this.#model.problems);
      return outcome;
    } finally {
      // Of all that was tried: any of these files may make a difference.
      inputs?.rendered();
    }
  }

  #trials(scene: Scene, options: ApplyOptions): Trials {
    const { output, spellsModel } = this.#options;
    const { tryOut } = output;
    const all = new Set(scene.listed);
    return {
      hasPart: (container) => (spellsModel ? isIn(this.#model, container) : all.has(container)),
      apply: async (without) => {
        this.#model = this.#modelOf(scene, without);
        const rendering = this.#render(scene, without, this.#model, this.#sideFiles);
        return await output.apply(rendering, options);
      },
      ...(tryOut
        ? {
            tryOut: async (without) => {
              const model = this.#routed(scene, without, this.#routeTrial);
              const rendering = this.#render(scene, without, model, this.#trialSideFiles);
              return await tryOut(rendering, options);
            },
          }
        : {}),
    };
  }

  #modelOf(scene: Scene, without: Without): RoutingModel {
    const routed = this.#routed(scene, without, this.#route);
    const aside = this.#quarantine.problems;
    if (aside.length === 0) return routed;
    return { ...routed, problems: [...routed.problems, ...aside].sort(byProblem) };
  }

  #routed(
    { routed, vantage, settings, files, now }: Scene,
    without: Without,
    route: Router,
  ): RoutingModel {
    const { problems, places, limits, vocabulary = OWN_VOCABULARY } = this.#options.routing;
    return route({
      ...{ containers: leaving(routed, without), vantage, settings, settingProblems: problems },
      ...{ places, files, now, vocabulary },
      ...(limits ? { limits } : {}),
    });
  }

  /** What a rendering is made from besides containers, as a hash. */
  #surroundingsOf({ template, vantage, settings, files }: Scene): string {
    return hashOf([template.hash, vantage, settings, this.#options.env, filesHash(files)]);
  }

  /** Marks those that are drained, or end again and again. */
  async #holdBack(containers: readonly RuntimeContainer[]): Promise<readonly RuntimeContainer[]> {
    const { drains } = this.#options;
    await drains?.look(containers);
    const unsteady = this.#steadiness.look(containers);
    const marked = containers.map((container) => {
      if (drains?.has(container.ID)) return heldBack(container, 'drained');
      return unsteady.has(container.ID) ? heldBack(container, 'unsteady') : container;
    });
    this.#heldBack = marked.filter((container) => container.heldBack !== undefined);
    return this.#heldBack.length === 0 ? containers : marked;
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

  #render(
    { snapshot, listed, settings, template }: Scene,
    without: Without,
    model: RoutingModel,
    sideFiles: SideFiles,
  ): Rendering {
    const { spellsModel, env, destination, keepBlankLines } = this.#options;
    const generation = hashOf([template.hash, settings, structureHash(model)]);
    const members = membersOf(model);
    const containers = leaving(listed, without);
    const effect = spellsModel ? hashOf([generation, ...members]) : undefined;
    const takesMembers = this.#options.members;
    const revision = takesMembers
      ? generation
      : (effect ?? hashOf([generation, ...members, ...containers.map(containerHash)]));
    sideFiles.begin();
    const chunks = template.render(
      {
        containers,
        Env: env,
        Docker: snapshot.docker,
        ...(snapshot.self ? { CurrentContainer: snapshot.self } : {}),
        sites: model.sites,
        tcp: model.tcp,
        front: model.front,
        problems: model.problems,
        settings,
        generation,
        revision,
      },
      { keepBlankLines, onFile: (file) => sideFiles.add(file) },
    );
    const roster = takesMembers?.rosterOf({ model, settings, chunks });
    const answer = roster ? `${revision} ${roster.digest}` : revision;
    return {
      files: [{ path: destination, chunks }, ...sideFiles.end()],
      generation,
      members,
      ...(roster ? { roster } : {}),
      ...(effect === undefined ? {} : { effect }),
      ...(chunks.some((chunk) => chunk.includes(revision)) ? { revision: answer } : {}),
      containerCount: containers.length,
    };
  }
}

type Without = ReadonlySet<RuntimeContainer>;

/** All that one run's renderings are made from. */
interface Scene extends Selected {
  readonly snapshot: Snapshot;
  readonly vantage: Vantage;
  readonly settings: ProxySettings;
  readonly files: ProxyFiles;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly template: Template;
}

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function isIn({ sites }: RoutingModel, { ID }: RuntimeContainer): boolean {
  return sites.some(({ routes }) =>
    routes.some(({ upstream: { servers, absent } }) =>
      [...servers, ...absent].some(({ container }) => container.id === ID),
    ),
  );
}

/** The list itself where nobody is left out. */
function leaving(
  containers: readonly RuntimeContainer[],
  without: Without,
): readonly RuntimeContainer[] {
  return without.size === 0
    ? containers
    : containers.filter((container) => !without.has(container));
}

function isRunning({ status }: RuntimeContainer): boolean {
  return status === 'running';
}

const containerHashes = new WeakMap<RuntimeContainer, string>();

/** Kept by its identity. */
function containerHash(container: RuntimeContainer): string {
  const hash = containerHashes.get(container) ?? hashOf(container);
  containerHashes.set(container, hash);
  return hash;
}
