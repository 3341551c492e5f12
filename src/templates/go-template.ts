import { TsgenError } from '../base/errors.ts';

const GO_BLOCK = /\{\{-?\s*(?:range|if|with|define|block)\s/;
const GO_END = /\{\{-?\s*end\s*-?\}\}/;

/** Whether a text is a template of Go's, as docker-gen has them; tsgen renders Handlebars. */
export function isGoTemplate(text: string): boolean {
  return GO_BLOCK.test(text) && GO_END.test(text);
}

/**
 * Handlebars would find but a mistake of syntax in one of Go's. Only what has the name of docker-gen's
 * templates (`*.tmpl`) is looked at.
 *
 * @throws TsgenError `template`.
 */
export function refuseGoTemplate(name: string, text: string): void {
  if (!name.endsWith('.tmpl') || !isGoTemplate(text)) return;
  throw new TsgenError(
    'template',
    `${name} is a template of Go's, as docker-gen has them; tsgen renders Handlebars. docs/from-docker-gen.md shows line by line how to port it.`,
  );
}
