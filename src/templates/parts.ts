import type { Linked } from './link.ts';
import { rewrite } from './rewrite.ts';
import type { Program } from './syntax.ts';

/** What a template is made of, in one of the forms that Handlebars knows: trees, code, functions. */
export interface Parts<Form> {
  readonly main: Form;
  /** By name. */
  readonly partials: Readonly<Record<string, Form>>;
  /** The memo blocks, by the numbers that `rewrite` gave them. */
  readonly blocks: readonly Form[];
  /** What `eval` can render besides: the inline partials, compiled apart. */
  readonly inlines: Readonly<Record<string, Form>>;
}

/** What there is to know of the parts beside what they do. */
export interface PartFacts {
  /** The helpers that are called. */
  readonly calls: readonly string[];
  /** The names of all partials that can be called, the inline ones too. */
  readonly partialNames: readonly string[];
}

/** The trees for Handlebars to compile. Those of `linked` are used up: they are rewritten in place. */
export function partsOf({ main, partials }: Linked): PartFacts & {
  readonly parts: Parts<Program>;
} {
  // A partial that has two names is one unit.
  const units = [...new Set([main, ...partials.values()])];
  const blocks: Program[] = [];
  const programs = new Map(units.map((unit) => [unit, rewrite(unit, blocks)]));
  const inlines = units.flatMap((unit) => unit.inlines);
  const evaluates = units.some(({ calls }) => calls.has('eval'));
  return {
    calls: [...new Set(units.flatMap(({ calls }) => [...calls]))],
    partialNames: [...new Set([...partials.keys(), ...inlines.map(({ name }) => name)])],
    parts: {
      main: programs.get(main) as Program,
      partials: Object.fromEntries(
        [...partials].map(([name, unit]) => [name, programs.get(unit) as Program]),
      ),
      blocks,
      inlines: Object.fromEntries(
        evaluates
          ? inlines.map(({ name, node }) => [name, structuredClone(node.program) as Program])
          : [],
      ),
    },
  };
}

/** The parts in another form; what is one part under two names stays one. */
export function mapParts<From, To>(parts: Parts<From>, to: (form: From) => To): Parts<To> {
  const made = new Map<From, To>();
  const mapped = (form: From): To => {
    const known = made.get(form) ?? to(form);
    made.set(form, known);
    return known;
  };
  const named = (forms: Readonly<Record<string, From>>) =>
    Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, mapped(form)]));
  return {
    main: mapped(parts.main),
    partials: named(parts.partials),
    blocks: parts.blocks.map(mapped),
    inlines: named(parts.inlines),
  };
}
