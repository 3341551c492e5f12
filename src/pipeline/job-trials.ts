import type { Logger } from '../base/log.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ContainerMark } from '../output/history-set.ts';
import type { ApplyOptions, ApplyResult, Output } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { createRouter, emptyModel, type Router } from '../routing/build.ts';
import type { Problem, RoutingModel } from '../routing/model.ts';
import { byProblem } from '../routing/order.ts';
import { OWN_VOCABULARY } from '../routing/vocabulary.ts';
import type { History, HistoryRun } from './history.ts';
import type { HeldSet } from './hold.ts';
import { ListMarks } from './list-marks.ts';
import { ModelMarks } from './model-marks.ts';
import type { Trials } from './quarantine.ts';
import { leaving, type RenderOptions, render, type Scene, type Without } from './render.ts';
import type { RoutingOptions } from './routing-options.ts';
import { SideFiles } from './side-files.ts';

export interface JobTrialsOptions extends RenderOptions {
  readonly log: Logger;
  readonly output: Output;
  readonly routing: RoutingOptions;
  /** Where it is kept what was to go live; absent where nothing is. */
  readonly history?: Pick<History, 'note'>;
}

/** What the containers ask for, without a template to say it in. */
type Asked = Omit<Scene, 'template'>;

/**
 * What a job renders for the quarantine: to go live, or only to be tried. Each of the two has what
 * it keeps between runs (intents, sites, their text) to itself, so that a trial costs what goes live
 * nothing.
 */
export class JobTrials {
  readonly #options: JobTrialsOptions;
  readonly #route = createRouter();
  readonly #routeTrial = createRouter();
  readonly #modelMarks = new ModelMarks();
  readonly #listMarks = new ListMarks();
  readonly #sideFiles: SideFiles;
  readonly #trialSideFiles: SideFiles;
  #model: RoutingModel = emptyModel();

  constructor(options: JobTrialsOptions) {
    this.#options = options;
    this.#sideFiles = new SideFiles(options.destination, options.log);
    this.#trialSideFiles = new SideFiles(options.destination, SILENT);
  }

  /** What was rendered last to go live. */
  get model(): RoutingModel {
    return this.#model;
  }

  /**
   * Of one run.
   *
   * @param aside whose part is left out now, and why: that changes while it is found out.
   */
  of(scene: Scene, aside: () => readonly Problem[], options: ApplyOptions): Trials {
    const { spellsModel, output } = this.#options;
    const { tryOut } = output;
    // Asked only of what was rejected.
    let all: ReadonlySet<RuntimeContainer> | undefined;
    const isListed = (container: RuntimeContainer) => {
      all ??= new Set(scene.listed);
      return all.has(container);
    };
    return {
      hasPart: (container) => (spellsModel ? isIn(this.#model, container) : isListed(container)),
      apply: async (without) => {
        this.route(scene, without, aside());
        return await this.#apply(this.#render(scene, without), options, {
          containers: () => this.marks(leaving(scene.listed, without)),
        });
      },
      ...(tryOut
        ? {
            tryOut: async (without) => await tryOut(this.#renderTrial(scene, without), options),
          }
        : {}),
    };
  }

  /** Makes a set of the history live. What is asked for is the model all the same. */
  async keep(held: HeldSet, options: ApplyOptions): Promise<ApplyResult> {
    const { number, set } = held;
    if (!set) {
      const { destination } = this.#options;
      return {
        ...{ kind: 'failed', stage: 'write', retry: false },
        message: `Cannot apply set ${number} of '${destination}', which is held: what the history kept of it is gone or damaged. What is live stays; tsgen resume goes by the containers again.`,
      };
    }
    return await this.#apply(set.rendering, options, {
      containers: () => set.containers,
      restores: number,
    });
  }

  /** The containers' part in what was rendered last, or would have been. */
  marks(listed: readonly RuntimeContainer[]): readonly ContainerMark[] {
    return this.#options.spellsModel
      ? this.#modelMarks.of(this.#model)
      : this.#listMarks.of(listed);
  }

  async #apply(
    rendering: Rendering,
    options: ApplyOptions,
    about: Pick<HistoryRun, 'containers' | 'restores'>,
  ): Promise<ApplyResult> {
    const { output, history, routing } = this.#options;
    const begun = routing.now();
    const result = await output.apply(rendering, options);
    await history?.note({ ...about, rendering, result, begun, live: output.live });
    return result;
  }

  /** Makes the model what is asked for, whether it went live or not. */
  route(scene: Asked, without: Without, aside: readonly Problem[]): void {
    const routed = this.#routed(scene, without, this.#route);
    this.#model =
      aside.length === 0
        ? routed
        : { ...routed, problems: [...routed.problems, ...aside].sort(byProblem) };
  }

  #render(scene: Scene, without: Without): Rendering {
    const parts = { model: this.#model, without, sideFiles: this.#sideFiles };
    return render(scene, parts, this.#options);
  }

  #renderTrial(scene: Scene, without: Without): Rendering {
    const model = this.#routed(scene, without, this.#routeTrial);
    return render(scene, { model, without, sideFiles: this.#trialSideFiles }, this.#options);
  }

  #routed(
    { routed, vantage, settings, files, now }: Asked,
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
