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
  const place = JSON.stringify({ source: LABEL }).slice(1, -1);
  const code = objectOf(mapParts(parts, environment.precompile));
  return `{...${JSON.stringify(facts)},parts:(label)=>(${code.replaceAll(place, '"source":label')})}`;
}

function objectOf({ main, partials, blocks, inlines }: Parts<string>): string {
  const named = (codes: Readonly<Record<string, string>>) =>
    `{${Object.entries(codes).map(([name, code]) => `[${JSON.stringify(name)}]:${code}`)}}`;
  return `{main:${main},partials:${named(partials)},blocks:[${blocks}],inlines:${named(inlines)}}`;
}
