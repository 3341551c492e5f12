import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import type { Rendering } from '../output/rendering.ts';
import type { Roster, RuntimeMembers } from '../proxies/runtime-members.ts';
import type { RoutingModel, Vantage } from '../routing/model.ts';
import type { ProxyFiles } from '../routing/proxy-files.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';
import { membersHash, structureHash } from '../routing/structure.ts';
import type { TemplateSettings } from '../templates/context.ts';
import type { Template } from '../templates/engine.ts';
import { hashOf, keptHashOf } from './hash-of.ts';
import type { Selected } from './selection.ts';
import type { SideFiles } from './side-files.ts';

/** All that one run's renderings are made from. */
export interface Scene extends Selected {
  readonly snapshot: Snapshot;
  readonly vantage: Vantage;
  readonly settings: ProxySettings;
  readonly files: ProxyFiles;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly template: Template;
}

/** Containers that a rendering is made without. */
export type Without = ReadonlySet<RuntimeContainer>;

export interface RenderOptions {
  /**
   * The template spells the routing model and, but for comments, nothing else: so a change of
   * neither structure nor members is none for the proxy. True of the bundled ones.
   */
  readonly spellsModel: boolean;
  /** Of a proxy that is told of members while it runs; needs a template that spells the model. */
  readonly members?: RuntimeMembers;
  /** Absolute path of the main file; '' is standard output. */
  readonly destination: string;
  /** tsgen's own environment, for templates. */
  readonly env: Readonly<Record<string, string>>;
  readonly keepBlankLines: boolean;
}

interface Parts {
  readonly model: RoutingModel;
  readonly without: Without;
  readonly sideFiles: SideFiles;
}

/** Renders the template, without some of the containers. @throws TsgenError `template`. */
export function render(scene: Scene, parts: Parts, options: RenderOptions): Rendering {
  const { members } = options;
  const { model } = parts;
  const settings = templateSettings(scene.settings, members?.key);
  // Before there is a text, that it can be in it.
  const expected = members?.rosterOf({ model, settings, chunks: [] });
  if (!members || !expected) return renderPlainly(scene, parts, options);
  const spoken = { ...scene, settings };
  const texts = textsOf(spoken, parts, options, { memberDigest: expected.digest });
  const roster = members.rosterOf({ model, settings, chunks: texts.chunks });
  // What an operator's file has in it shows in the text alone.
  if (!roster) return renderPlainly(scene, parts, options);
  return renderingOf(texts, { answer: `${texts.revision} ${roster.digest}`, roster });
}

/** As for a proxy to which each change of members is a reload. */
function renderPlainly(scene: Scene, parts: Parts, options: RenderOptions): Rendering {
  const texts = textsOf(scene, parts, options);
  return renderingOf(texts, { answer: texts.revision });
}

interface Texts extends Omit<Rendering, 'files' | 'revision' | 'roster'> {
  readonly files: Rendering['files'];
  readonly chunks: readonly string[];
  /** As the text spells it. */
  readonly revision: string;
}

/** @param told.memberDigest of a proxy that is told of members while it runs. */
function textsOf(
  {
    snapshot,
    listed,
    settings,
    template,
  }: Omit<Scene, 'settings'> & { settings: TemplateSettings },
  { model, without, sideFiles }: Parts,
  { spellsModel, env, destination, keepBlankLines }: RenderOptions,
  told?: { readonly memberDigest: string },
): Texts {
  const generation = hashOf([template.hash, settings, structureHash(model)]);
  const members = membersHash(model);
  const containers = leaving(listed, without);
  const effect = spellsModel ? hashOf([generation, members, told?.memberDigest]) : undefined;
  const revision = told
    ? generation
    : (effect ?? hashOf([generation, members, ...containers.map(keptHashOf)]));
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
      ...told,
    },
    { keepBlankLines, onFile: (file) => sideFiles.add(file) },
  );
  return {
    files: [{ path: destination, chunks }, ...sideFiles.end()],
    chunks,
    ...{ generation, revision, containerCount: containers.length },
    ...(effect === undefined ? {} : { effect }),
  };
}

/** @param answer what a proxy says that runs it. */
function renderingOf(
  { chunks, revision, ...texts }: Texts,
  { answer, roster }: { readonly answer: string; readonly roster?: Roster },
): Rendering {
  return {
    ...texts,
    ...(roster ? { roster } : {}),
    ...(chunks.some((chunk) => chunk.includes(revision)) ? { revision: answer } : {}),
  };
}

const withKeys = new WeakMap<ProxySettings, TemplateSettings>();

/** The same object each time, as templates want it: a process has one key for each of its settings. */
function templateSettings(settings: ProxySettings, memberKey: string | undefined) {
  if (memberKey === undefined) return settings;
  const before = withKeys.get(settings);
  if (before?.memberKey === memberKey) return before;
  const made: TemplateSettings = { ...settings, memberKey };
  withKeys.set(settings, made);
  return made;
}

/** The list itself where nobody is left out. */
export function leaving(
  containers: readonly RuntimeContainer[],
  without: Without,
): readonly RuntimeContainer[] {
  return without.size === 0
    ? containers
    : containers.filter((container) => !without.has(container));
}
