import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { nearest } from '../base/nearest.ts';
import { checkUnit, type HelperIndex, type Unit } from './check.ts';
import type { TemplateFile, TemplateSource } from './engine.ts';
import { checkMemo, PARTIAL_BLOCK } from './memo-check.ts';
import { type Mistake, mistakeIn, parse } from './parse.ts';
import type { Partial } from './syntax.ts';
import { TemplateError } from './template-error.ts';
import { byCodeUnits } from './values.ts';
import { staticName } from './walk.ts';

/** A template with all the partials that it reaches, parsed and found to be in order. */
export interface Linked {
  readonly source: TemplateSource;
  readonly main: Unit;
  /** By name. */
  readonly partials: ReadonlyMap<string, Unit>;
  /** All names of partials that it spells out, those that it defines inline too. */
  readonly names: ReadonlySet<string>;
  /** A partial's name is computed, so all that there are count as reached. */
  readonly reachesAll: boolean;
  /** sha256 in hexadecimal, of the text and of the reached partials with their names. */
  readonly hash: string;
}

/**
 * Parses a template and what it reaches. Throws a TsgenError that lists every mistake that can be
 * found without rendering.
 */
export function link(source: TemplateSource, helpers: HelperIndex): Linked {
  const mistakes: Mistake[] = [];
  const load = (label: string, text: string): Unit | undefined => {
    const parsed = parse(label, text);
    if (parsed.kind === 'invalid') {
      mistakes.push(parsed.mistake);
      return undefined;
    }
    const checked = checkUnit(parsed.program, helpers);
    mistakes.push(...checked.mistakes);
    return checked.unit;
  };

  const main = load(source.name, source.text);
  const units: Unit[] = main ? [main] : [];
  const partials = new Map<string, Unit>();
  const reached = new Map<string, string>();
  for (const { name: path, text } of source.others ?? []) {
    const unit = load(path, text);
    if (!unit) continue;
    units.push(unit);
    const named = [
      ...baseNames(path).map((name) => [name, unit] as const),
      ...topInlines(unit, helpers),
    ];
    for (const [name, one] of named) {
      reached.set(name, text);
      partials.set(name, one);
    }
  }
  const names = new Set<string>();
  let reachesAll = false;
  // Grows while it is walked: a partial brings those that it calls itself.
  for (const unit of units) {
    for (const partial of unit.partials) {
      const name = staticName(partial);
      if (name === undefined) reachesAll = true;
      else names.add(name);
      for (const wanted of name === undefined ? source.partials.keys() : [name]) {
        const text = source.partials.get(wanted);
        if (text === undefined || reached.has(wanted)) continue;
        reached.set(wanted, text);
        const loaded = load(`partial "${wanted}"`, text);
        if (!loaded) continue;
        partials.set(wanted, loaded);
        units.push(loaded);
      }
    }
  }
  mistakes.push(...unknownPartials(units, reached, source), ...indentedMemos(units, partials));
  const inlines = inlineNames(units);
  for (const { memos } of units) {
    for (const memo of memos) mistakes.push(...checkMemo(memo, { partials, inlines, helpers }));
  }
  if (!main || mistakes.length > 0) throw mistaken(source.name, mistakes);
  return { source, main, partials, names, reachesAll, hash: hashOf(source.text, reached) };
}

/** Whether linking the source would give the same again. */
export function isLinkOf(linked: Linked, other: TemplateSource): boolean {
  const { source, partials, names, reachesAll } = linked;
  if (source === other) return true;
  if (!isSameFile(source, other)) return false;
  const [set = [], otherSet = []] = [source.others, other.others];
  if (set.length !== otherSet.length) return false;
  if (!set.every((file, index) => isSameFile(file, otherSet[index]))) return false;
  if (reachesAll && source.partials.size !== other.partials.size) return false;
  return [...partials.keys(), ...names].every(
    (name) => source.partials.get(name) === other.partials.get(name),
  );
}

/** The names of the partials whose texts count for it; `undefined`: all that there are. */
export function reachedBy({
  partials,
  names,
  reachesAll,
}: Linked): ReadonlySet<string> | undefined {
  return reachesAll ? undefined : new Set([...partials.keys(), ...names]);
}

function isSameFile(file: TemplateFile, other: TemplateFile | undefined): boolean {
  return file.name === other?.name && file.text === other.text;
}

/** The inline partials at the top of a file, each as if it were a file of its own. */
function topInlines(
  { program, inlines }: Unit,
  helpers: HelperIndex,
): readonly (readonly [string, Unit])[] {
  return inlines.flatMap(({ name, node }) => {
    if (!node.program || !program.body.includes(node)) return [];
    // What is wrong in it was found in its file. A copy, because each tree will be rewritten.
    return [[name, checkUnit(structuredClone(node.program), helpers).unit] as const];
  });
}

/** `/a/header.hbs` is the partial `header.hbs`, as docker-gen has it, and `header`. */
function baseNames(path: string): readonly string[] {
  return [...new Set([basename(path), basename(path, '.hbs')])];
}

function unknownPartials(
  units: readonly Unit[],
  reached: ReadonlyMap<string, string>,
  source: TemplateSource,
): readonly Mistake[] {
  const inlines = inlineNames(units);
  return units
    .flatMap((unit) => unit.partials)
    .flatMap((partial) => {
      const name = staticName(partial);
      if (name === undefined || name === PARTIAL_BLOCK) return [];
      if (reached.has(name) || inlines.has(name)) return [];
      const message = unknownPartial(name, [
        ...new Set([...reached.keys(), ...source.partials.keys(), ...inlines]),
      ]);
      return [mistakeIn(partial, message)];
    });
}

function inlineNames(units: readonly Unit[]): ReadonlySet<string> {
  return new Set(units.flatMap((unit) => unit.inlines.map(({ name }) => name)));
}

/** Says that there is no such partial, and which one may be meant. */
export function unknownPartial(name: string, known: readonly string[]): string {
  // A computed name may be a container's value.
  const shown = JSON.stringify(name.slice(0, 100));
  const near = nearest(name.slice(0, 100), known);
  if (near) return `there is no partial ${shown}; did you mean "${near}"?`;
  const hint =
    known.length > 0 ? `there are: ${known.toSorted(byCodeUnits).join(', ')}` : 'there are none';
  return `there is no partial ${shown} (${hint})`;
}

/**
 * A partial alone on an indented line has each of its lines indented, which a kept text cannot
 * follow: it does not know from where it was called.
 */
function indentedMemos(
  units: readonly Unit[],
  partials: ReadonlyMap<string, Unit>,
): readonly Mistake[] {
  const inlines = inlineNames(units);
  const holdsMemo = (partial: Partial, seen: Set<Unit>): boolean => {
    const name = staticName(partial);
    const target = name === undefined || inlines.has(name) ? undefined : partials.get(name);
    // A computed name, an inline partial or a partial block: text of any of the units.
    return (target ? [target] : units).some((unit) => {
      if (seen.has(unit)) return false;
      seen.add(unit);
      return unit.memos.length > 0 || unit.partials.some((inner) => holdsMemo(inner, seen));
    });
  };
  return units
    .flatMap((unit) => unit.partials)
    .filter((partial) => partial.indent && holdsMemo(partial, new Set()))
    .map((partial) =>
      mistakeIn(partial, 'a partial with a memo block must begin at the start of its line'),
    );
}

function mistaken(name: string, mistakes: readonly Mistake[]): TemplateError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  // The template itself first, then its partials in the order in which they were reached.
  const sources = [...new Set([name, ...mistakes.map(({ source }) => source)])];
  const sorted = mistakes.toSorted(
    (a, b) =>
      sources.indexOf(a.source) - sources.indexOf(b.source) ||
      a.line - b.line ||
      a.column - b.column,
  );
  const lines = sorted.map(({ source, line, column, message, excerpt }) => {
    const shown = excerpt === undefined ? '' : `\n${excerpt.replaceAll(/^/gm, '    ')}`;
    return `  ${source}:${line}:${column}: ${message}${shown}`;
  });
  return new TemplateError(`Template ${name} has ${count}:\n${lines.join('\n')}`, sorted);
}

/** What a template is known by: its text and the partials that it reaches, as `Linked.hash`. */
export function hashOf(text: string, partials: ReadonlyMap<string, string>): string {
  const named = [...partials].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([text, named]))
    .digest('hex');
}
