import { CompiledTemplate } from './compiled-template.ts';
import type { Template, TemplateSource } from './engine.ts';
import type { CompiledCode, Environment } from './environment.ts';
import { hashOf } from './link.ts';
import { mapParts, type PartFacts, type Parts } from './parts.ts';

/** A bundled template as it was compiled when tsgen was built; `precompile` writes it. */
export interface Precompiled extends PartFacts {
  /** As `Linked.hash`. */
  readonly hash: string;
  /** The partials that it reaches, by the names of their files. */
  readonly reached: readonly string[];
  /** The names that it calls and defines itself: no file may have one of them. */
  readonly absent: readonly string[];
  /** @param label what messages call the template itself. */
  readonly parts: (label: string) => Parts<CompiledCode>;
}

/** Whether the source is, byte for byte, what was compiled. */
export function isCompiledFrom(
  { hash, reached, absent }: Precompiled,
  { text, partials, others = [] }: TemplateSource,
): boolean {
  if (others.length > 0 || absent.some((name) => partials.has(name))) return false;
  const texts = new Map<string, string>();
  for (const name of reached) {
    const partial = partials.get(name);
    if (partial === undefined) return false;
    texts.set(name, partial);
  }
  return hashOf(text, texts) === hash;
}

/** The names of the partials whose texts count: no other may come to be under one that it defines. */
export function reachedByPrecompiled({ reached, absent }: Precompiled): ReadonlySet<string> {
  return new Set([...reached, ...absent]);
}

/** Puts it to use in the place of compiling a source, which has to be what it was compiled from. */
export function loadPrecompiled(
  precompiled: Precompiled,
  { name }: TemplateSource,
  environment: Environment,
): Template {
  const { hash, calls, partialNames, parts } = precompiled;
  const load = environment.loaderFor(calls);
  return new CompiledTemplate({ name, hash }, { partialNames, parts: mapParts(parts(name), load) });
}
