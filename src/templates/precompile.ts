import type { TemplateSource } from './engine.ts';
import { createEnvironment } from './environment.ts';
import type { FileAccess } from './helpers/files.ts';
import { helperTable } from './helpers/table.ts';
import { link } from './link.ts';
import { mapParts, type Parts, partsOf } from './parts.ts';

/** Stands for the template's name in the places that its code knows, for each user has it elsewhere. */
const LABEL = 'tsgen:label';

/** No helper is called while a template is compiled. */
const NO_FILES: FileAccess = {
  exists: () => false,
  read: () => undefined,
  list: () => undefined,
};

/**
 * Compiles a template that has all its text in files of known names; the build does it with the
 * bundled ones.
 *
 * @returns JavaScript: an object, the `Precompiled`.
 * @throws TsgenError `template` that lists every mistake; Error for a template that computes which
 *   partials it calls, or is one of a set: what it reaches depends on what else there is.
 */
export function precompile(source: TemplateSource): string {
  const environment = createEnvironment(helperTable(NO_FILES));
  const linked = link({ ...source, name: LABEL }, environment.helpers);
  if (linked.reachesAll || source.others?.length) {
    throw new Error(`Template ${source.name} cannot be compiled ahead: it may reach any partial`);
  }
  const { calls, partialNames, parts } = partsOf(linked);
  const reached = [...linked.partials.keys()];
  const facts = {
    hash: linked.hash,
    reached,
    absent: [...linked.names].filter((name) => !linked.partials.has(name)),
    calls,
    partialNames,
  };
  const code = objectOf(mapParts(parts, (part) => leaner(environment.precompile(part))));
  return `{...${JSON.stringify(facts)},parts:(label)=>(${code})}`;
}

/**
 * Handlebars' code for the place of each call and for reading a field, with the template's name as a
 * variable and without what tsgen never uses: the end of a call, and a way for older runtimes. That is
 * more than half of all, which V8 would have to read.
 */
function leaner(code: string): string {
  const label = JSON.stringify({ source: LABEL }).slice(1, -1);
  return code
    .replaceAll(label, '"source":label')
    .replaceAll(/,"end":\{"line":\d+,"column":\d+\}/g, '')
    .replaceAll(
      /container\.lookupProperty \|\| function\(parent, propertyName\) \{[^}]*\}\s*return undefined\s*\}/g,
      'container.lookupProperty',
    );
}

function objectOf({ main, partials, blocks, inlines }: Parts<string>): string {
  const named = (codes: Readonly<Record<string, string>>) =>
    `{${Object.entries(codes).map(([name, code]) => `[${JSON.stringify(name)}]:${code}`)}}`;
  return `{main:${main},partials:${named(partials)},blocks:[${blocks}],inlines:${named(inlines)}}`;
}
