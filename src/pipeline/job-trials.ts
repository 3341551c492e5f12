import type { Logger } from '../base/log.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ApplyOptions, Output } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { createRouter, emptyModel, type Router } from '../routing/build.ts';
import type { Problem, RoutingModel } from '../routing/model.ts';
import { byProblem } from '../routing/order.ts';
import { OWN_VOCABULARY } from '../routing/vocabulary.ts';
import type { Trials } from './quarantine.ts';
import { leaving, type RenderOptions, render, type Scene, type Without } from './render.ts';
import type { RoutingOptions } from './routing-options.ts';
import { SideFiles } from './side-files.ts';

export interface JobTrialsOptions extends RenderOptions {
  readonly log: Logger;
  readonly output: Output;
  readonly routing: RoutingOptions;
}

/**
 * What a job renders for the quarantine: to go live, or only to be tried. Each of the two has what
 * it keeps between runs (intents, sites, their text) to itself, so that a trial costs what goes live
 * nothing.
 */
export class JobTrials {
  readonly #options: JobTrialsOptions;
  readonly #route = createRouter();
  readonly #routeTrial = createRouter();
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
    const { output, spellsModel } = this.#options;
    const { tryOut } = output;
    const all = new Set(scene.listed);
    return {
      hasPart: (container) => (spellsModel ? isIn(this.#model, container) : all.has(container)),
      apply: async (without) => {
        this.route(scene, without, aside());
        return await output.apply(this.#render(scene, without), options);
      },
      ...(tryOut
        ? {
            tryOut: async (without) => await tryOut(this.#renderTrial(scene, without), options),
          }
        : {}),
    };
  }

  /** Makes the model what is asked for, whether it went live or not. */
  route(scene: Scene, without: Without, aside: readonly Problem[]): void {
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
