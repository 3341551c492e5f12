import { emptyModel } from '../../routing/build.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../routing/read-proxy-settings.ts';
import type { TemplateContext } from '../context.ts';
import { createEngine, type Engine, type TemplateSource } from '../engine.ts';
import { testFiles } from './files.ts';

/** An engine that sees `testFiles`. */
export function testEngine(): Engine {
  return createEngine(testFiles);
}

export function source(text: string, partials: Readonly<Record<string, string>> = {}) {
  return {
    name: 'test.hbs',
    text,
    partials: new Map(Object.entries(partials)),
  } satisfies TemplateSource;
}

/** A context with nothing in it but what a test is about, which need not be whole. */
export function context(fields: object = {}): TemplateContext {
  const empty: TemplateContext = {
    containers: [],
    Env: Object.create(null),
    Docker: {
      Name: '',
      NumContainers: 0,
      NumImages: 0,
      Version: '',
      ApiVersion: '',
      GoVersion: '',
      OperatingSystem: '',
      Architecture: '',
      CurrentContainerID: '',
    },
    sites: [],
    tcp: [],
    problems: [],
    front: emptyModel().front,
    settings: DEFAULT_PROXY_SETTINGS,
    revision: 'r1',
    generation: '',
  };
  return { ...empty, ...fields };
}

/** A map as containers have them: without a prototype. */
export function bare(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.assign(Object.create(null), fields);
}

/** Renders with blank lines, as one text. */
export function renderText(
  text: string,
  fields: object = {},
  partials: Readonly<Record<string, string>> = {},
): string {
  const template = testEngine().compile(source(text, partials));
  return template.render(context(fields), { keepBlankLines: true }).join('');
}
