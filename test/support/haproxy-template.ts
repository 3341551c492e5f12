import { resolve } from 'node:path';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { HAPROXY_LIMITS } from '../../src/proxies/haproxy-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { RoutingModel, Vantage } from '../../src/routing/model.ts';
import type { ProxySettings } from '../../src/routing/proxy-settings.ts';
import { createEngine, type Template } from '../../src/templates/engine.ts';
import type { FileAccess } from '../../src/templates/helpers/files.ts';
import { loadTemplate } from '../../src/templates/load.ts';
import { contextOf } from './nginx-template.ts';
import { aVantage } from './runtime-containers.ts';

const NO_FILES: FileAccess = {
  exists: () => false,
  read: () => undefined,
  list: () => undefined,
};

/** The bundled template, as tsgen reads it. */
export async function haproxyTemplate(files: FileAccess = NO_FILES): Promise<Template> {
  const source = await loadTemplate(resolve('templates/haproxy.cfg.hbs'), {
    partialDirs: [resolve('templates/partials')],
  });
  return createEngine(files).compile(source);
}

/** The configuration under its name and the files that go with it, by name. */
export type Configuration = Readonly<Record<string, string>> & { readonly 'haproxy.cfg': string };

export function renderHaproxy(
  template: Template,
  containers: readonly RuntimeContainer[],
  vantage: Vantage = aVantage('front'),
): Configuration {
  return renderModel(
    template,
    createRouter()({ containers, vantage, limits: HAPROXY_LIMITS }),
    containers,
  );
}

export function renderModel(
  template: Template,
  model: RoutingModel,
  containers: readonly RuntimeContainer[] = [],
  settings?: ProxySettings,
): Configuration {
  const files: Record<string, string> = {};
  const chunks = template.render(contextOf(model, containers, settings), {
    onFile: (file) => {
      files[file.path] = file.chunks.join('');
    },
  });
  return { ...files, 'haproxy.cfg': chunks.join('') };
}
