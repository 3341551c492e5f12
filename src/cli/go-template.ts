import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nginx } from '../proxies/nginx.ts';
import { isGoTemplate } from '../templates/go-template.ts';

/** What a file stands for that somebody names as docker-gen's template. */
export type StandIn =
  /** One of tsgen's own templates, by its name, in the place of this file. */
  | { readonly kind: 'bundled'; readonly template: string; readonly warning?: string }
  | { readonly kind: 'none' };

/** The first line of the file that tsgen's images have where nginx-proxy has its template. */
const MARK = /^\{\{!-- tsgen: bundled nginx\.conf\.hbs --\}\}/;

/** What nginx-proxy's template has had in all its versions, and what one of somebody's own has not. */
const NGINX_PROXY = [
  /\{\{-?\s*define\s+"upstream"/,
  /\bVIRTUAL_HOST\b/,
  /\bVIRTUAL_PROTO\b/,
  /\bCERT_NAME\b/,
  /\bHTTPS_METHOD\b/,
] as const;

/** Judges by a template's text. */
export function standInOf(name: string, text: string): StandIn {
  if (MARK.test(text)) return { kind: 'bundled', template: nginx.template };
  const isTheirs = isGoTemplate(text) && NGINX_PROXY.every((fact) => fact.test(text));
  if (!isTheirs) return { kind: 'none' };
  return {
    kind: 'bundled',
    template: nginx.template,
    warning: `${name} is nginx-proxy's template, which is one of Go's: tsgen renders its own ${nginx.template} instead. If you have changed that file, the changes have no effect: docs/from-nginx-proxy.md says where they go. If not, it need not be mounted any more.`,
  };
}

/**
 * Reads a template that has the name of a docker-gen one (`*.tmpl`). One that is not there, cannot
 * be read or is another of Go's stands for nothing: who loads it says why.
 */
export async function readStandIn(name: string, cwd: string): Promise<StandIn> {
  if (!name.endsWith('.tmpl')) return { kind: 'none' };
  return standInOf(name, await readFile(resolve(cwd, name), 'utf8').catch(() => ''));
}
