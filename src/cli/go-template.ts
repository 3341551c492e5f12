import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TsgenError } from '../base/errors.ts';
import { nginx } from '../proxies/nginx.ts';

/** What a file stands for that somebody names as docker-gen's template. */
export type StandIn =
  /** One of tsgen's own templates, by its name, in the place of this file. */
  | { readonly kind: 'bundled'; readonly template: string; readonly warning?: string }
  /** A template of Go's, which tsgen cannot render. */
  | { readonly kind: 'go' }
  | { readonly kind: 'none' };

/** The first line of the file that tsgen's images have where nginx-proxy has its template. */
const MARK = /^\{\{!-- tsgen: bundled nginx\.conf\.hbs --\}\}/;

const GO_BLOCK = /\{\{-?\s*(?:range|if|with|define|block)\s/;
const GO_END = /\{\{-?\s*end\s*-?\}\}/;

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
  if (!GO_BLOCK.test(text) || !GO_END.test(text)) return { kind: 'none' };
  if (!NGINX_PROXY.every((fact) => fact.test(text))) return { kind: 'go' };
  return {
    kind: 'bundled',
    template: nginx.template,
    warning: `${name} is nginx-proxy's template, which is one of Go's: tsgen renders its own ${nginx.template} instead. If you have changed that file, the changes have no effect: docs/from-nginx-proxy.md says where they go. If not, it need not be mounted any more.`,
  };
}

/**
 * Reads a template that has the name of a docker-gen one (`*.tmpl`). One that is not there or
 * cannot be read stands for nothing: who loads it says why.
 *
 * @throws TsgenError `template` for one of Go's that nothing is known of.
 */
export async function readStandIn(name: string, cwd: string): Promise<StandIn> {
  if (!name.endsWith('.tmpl')) return { kind: 'none' };
  const text = await readFile(resolve(cwd, name), 'utf8').catch(() => '');
  const standIn = standInOf(name, text);
  if (standIn.kind !== 'go') return standIn;
  throw new TsgenError(
    'template',
    `${name} is a template of Go's, as docker-gen has them; tsgen renders Handlebars. docs/from-docker-gen.md shows line by line how to port it.`,
  );
}
