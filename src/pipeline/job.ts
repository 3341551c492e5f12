import { createHash } from 'node:crypto';
import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import type { ApplyOptions, Output } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { createRouter, emptyModel } from '../routing/build.ts';
import type { HookPlaces } from '../routing/hooks.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { Problem, RoutingModel, Vantage } from '../routing/model.ts';
import type { ProxyFiles } from '../routing/proxy-files.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';
import { membersOf, structureHash } from '../routing/structure.ts';
import { OWN_VOCABULARY, type Vocabulary } from '../routing/vocabulary.ts';
import type { Engine, TemplateSource } from '../templates/engine.ts';
import type { InputFiles } from '../templates/input-files.ts';
import type { Outcome } from './outcome.ts';
import { ProblemLog } from './problem-log.ts';
import type { Selected, Selection } from './selection.ts';
import { SideFiles } from './side-files.ts';
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
  readonly output: Output;
  /** Which containers take part; all that run if absent. */
  readonly selection?: Selection;
  /** Absolute path of the main file; '' is standard output. */
  readonly destination: string;
  /** tsgen's own environment, for templates. */
  readonly env: Readonly<Record<string, string>>;
  readonly keepBlankLines: boolean;
  readonly routing: RoutingOptions;
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

/**
 * One template and its destination: turns a snapshot into an outcome. What it keeps between runs
 * (intents, sites, their text, the last output) makes an unchanged container cost nothing.
 */
export class Job {
  readonly #options: JobOptions;
  readonly #route = createRouter();
  readonly #problems: ProblemLog;
  readonly #sideFiles: SideFiles;
  #model: RoutingModel = emptyModel();
  #severalProxies = '';

  constructor(options: JobOptions) {
    this.#options = options;
    this.#problems = new ProblemLog(options.log);
    this.#sideFiles = new SideFiles(options.destination, options.log);
  }

  /** What the last run was rendered from. */
  get model(): RoutingModel {
    return this.#model;
  }

  /** Never rejects for a foreseen reason: a template that is broken is an outcome. */
  async run(options: ApplyOptions): Promise<Outcome> {
    const { world, output } = this.#options;
    const { snapshot, proxy } = world;
    if (!snapshot) return { kind: 'waiting', message: 'Waiting for the engine' };
    if (proxy?.kind === 'none') {
      return { kind: 'waiting', message: `Waiting for the proxy: ${proxy.reason}` };
    }
    if (proxy) this.#warnOfSeveral(proxy.fitting, proxy.container.Name);
    const vantage = vantageOf(proxy?.container ?? world.self);
    try {
      const own = new Set([proxy?.container.ID ?? '', world.self?.ID ?? '']);
      const { listed, routed } = await this.#select(snapshot, own, options.signal);
      this.#model = await this.#routed(routed, vantage);
      this.#problems.report(this.#model.problems);
      const rendering = await this.#render(
        { ...snapshot, containers: listed },
        this.#model,
      ).finally(() => this.#options.inputs?.rendered());
      return await output.apply(rendering, options);
    } catch (error) {
      if (options.signal.aborted) return { kind: 'aborted' };
      if (!(error instanceof TsgenError)) throw error;
      const { kind } = error;
      if (kind !== 'template' && kind !== 'engine') throw error;
      const message = messageOf(error);
      return { kind: 'failed', stage: kind, message, retry: true, cause: error };
    }
  }

  async #routed(containers: readonly RuntimeContainer[], vantage: Vantage): Promise<RoutingModel> {
    const { settings, problems, places, limits, readFiles, now } = this.#options.routing;
    const { vocabulary = OWN_VOCABULARY } = this.#options.routing;
    return this.#route({
      ...{ containers, vantage, settings, settingProblems: problems, places, vocabulary },
      ...(limits ? { limits } : {}),
      files: await readFiles(),
      now: now(),
    });
  }

  async #select(
    { containers }: Snapshot,
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
        `--proxy fits several running containers (${names}): ${chosen}, the newest, is the proxy. Name one of them.`,
      );
    }
    this.#severalProxies = names;
  }

  async #render(snapshot: Snapshot, model: RoutingModel): Promise<Rendering> {
    const { engine, loadTemplate, spellsModel, env, destination, keepBlankLines } = this.#options;
    const { settings } = this.#options.routing;
    const template = engine.compile(await loadTemplate());
    const generation = hashOf([template.hash, settings, structureHash(model)]);
    const members = membersOf(model);
    const { containers } = snapshot;
    this.#sideFiles.begin();
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
      },
      { keepBlankLines, onFile: (file) => this.#sideFiles.add(file) },
    );
    return {
      files: [{ path: destination, chunks }, ...this.#sideFiles.end()],
      generation,
      members,
      ...(spellsModel ? { effect: hashOf([generation, ...members]) } : {}),
      containerCount: containers.length,
    };
  }
}

function isRunning({ status }: RuntimeContainer): boolean {
  return status === 'running';
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
