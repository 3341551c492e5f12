import { messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { checkCount, type Helper } from './helpers/helper.ts';
import { type Mistake, mistakeIn } from './parse.ts';
import {
  type Block,
  type Decorator,
  isSimple,
  type Located,
  type Mustache,
  nameOf,
  type Partial,
  type Path,
  type Program,
  type SubExpression,
} from './syntax.ts';
import { type Call, inlineName, isBlockParam, isHidden, type Scope, TOP, walk } from './walk.ts';

/** One template text: the main one, or a partial. */
export interface Unit {
  readonly program: Program;
  readonly mustaches: readonly { readonly node: Mustache; readonly isCall: boolean }[];
  readonly memos: readonly MemoBlock[];
  /** The blocks that write a file of their own. */
  readonly fileBlocks: readonly Block[];
  readonly partials: readonly Partial[];
  /** The helpers that it calls. What `eval` may reach is among `partials`. */
  readonly calls: ReadonlySet<string>;
  /** The partials that it defines itself. */
  readonly inlines: readonly { readonly name: string; readonly node: Decorator }[];
  /** The blocks that change the context, with the level of theirs. */
  readonly levels: readonly { readonly program: Program; readonly level: number }[];
  /** The paths that begin with `../`, with the level of the context that they mean. */
  readonly climbs: readonly { readonly path: Path; readonly level: number }[];
}

export interface MemoBlock {
  readonly node: Block;
  /** Block parameters around it, which it must not use. */
  readonly outer: ReadonlySet<string>;
}

/** The helpers by name. */
export type HelperIndex = ReadonlyMap<string, Helper>;

export interface Check {
  readonly unit: Unit;
  readonly mistakes: readonly Mistake[];
}

/**
 * Finds what is wrong with the calls in one text: unknown helpers and decorators, a wrong number
 * of arguments, blocks that are none, `../` that lead nowhere. Handlebars itself would render
 * most of these as nothing, or fail in the middle and name no line.
 */
export function checkUnit(program: Program, helpers: HelperIndex): Check {
  const mistakes: Mistake[] = [];
  const unit = {
    program,
    mustaches: [] as { node: Mustache; isCall: boolean }[],
    memos: [] as MemoBlock[],
    fileBlocks: [] as Block[],
    partials: [] as Partial[],
    calls: new Set<string>(),
    inlines: [] as { name: string; node: Decorator }[],
    levels: [] as { program: Program; level: number }[],
    climbs: [] as { path: Path; level: number }[],
  };
  const report = (node: Located, message: string): void => {
    mistakes.push(mistakeIn(node, message));
  };
  walk(program, TOP, {
    helper: (name) => helpers.get(name),
    mustache: (node, isCall) => unit.mustaches.push({ node, isCall }),
    call: (node, scope) => {
      const message = callMistake(node, scope, helpers);
      if (message) {
        report(node, message);
        return;
      }
      const name = nameOf(node.path);
      unit.calls.add(name);
      if (name === 'eval') unit.partials.push(evaluated(node));
      if (node.type !== 'BlockStatement' || !node.program) return;
      const helper = helpers.get(name);
      if (name === 'memo') unit.memos.push({ node, outer: scope.params });
      if (name === 'writeFile') unit.fileBlocks.push(node);
      if (helper?.kind === 'block' && helper.changesContext) {
        unit.levels.push({ program: node.program, level: scope.contexts + 1 });
      }
    },
    path: (path, scope) => {
      if (isHidden(path, scope)) {
        report(path, `block parameter "${path.parts[0]}" is not known in an inline partial`);
      }
      if (path.data || path.depth === 0) return;
      if (path.depth <= scope.contexts) {
        unit.climbs.push({ path, level: scope.contexts - path.depth });
      } else {
        report(path, `${path.original} leads out of the template: ${depthHint(scope)}`);
      }
    },
    partial: (node) => {
      unit.partials.push(node);
      if (node.params.length > 1) {
        report(node, `a partial takes one context, got ${node.params.length}`);
      }
    },
    decorator: (node) => {
      const name = inlineName(node);
      if (name !== undefined) unit.inlines.push({ name, node });
      else report(node, 'the only decorator is {{#*inline "name"}}…{{/inline}}');
    },
  });
  return { unit, mistakes };
}

/** What a call of `eval` reaches, as if it were written `{{> name}}` or `{{> (name)}}`. */
function evaluated({ params: [name], path, loc }: Call): Partial {
  const computed: SubExpression = { type: 'SubExpression', path, params: [], hash: undefined, loc };
  const target = name?.type === 'StringLiteral' ? name : computed;
  return { type: 'PartialStatement', name: target, params: [], hash: undefined, loc };
}

function depthHint({ contexts }: Scope): string {
  if (contexts === 0) return 'no block around it changes the context';
  return `only ${contexts} of the blocks around it ${contexts === 1 ? 'changes' : 'change'} the context`;
}

function callMistake(node: Call, scope: Scope, helpers: HelperIndex): string | undefined {
  const name = nameOf(node.path);
  const isBlock = node.type === 'BlockStatement';
  if (isSimple(node.path) && isBlockParam(node.path, scope)) {
    return `"${name}" is a block parameter here, not a helper`;
  }
  const helper = isSimple(node.path) ? helpers.get(name) : undefined;
  if (!helper) return unknownHelper(name, isBlock, helpers);
  if (isBlock && helper.kind === 'inline') {
    return `"${name}" is no block helper: use its result, as in {{#each (${name} …)}}`;
  }
  if (!isBlock && helper.kind === 'block') {
    return `"${name}" needs a block: {{#${name} …}}…{{/${name}}}`;
  }
  if (isBlock && !node.program) return `write {{#unless …}} instead of {{^${name}}}`;
  const given = isBlock ? (node.program?.blockParams?.length ?? 0) : 0;
  const names = helper.kind === 'block' ? helper.names : 0;
  const most = names === 'values' ? node.params.length : names;
  if (given > most) return `helper "${name}" gives at most ${most} names here, got ${given}`;
  if (node.hash)
    return `helper "${name}" takes no named arguments such as ${node.hash.pairs[0]?.key}=`;
  try {
    checkCount(helper, node.params.length);
    return undefined;
  } catch (error) {
    const isField = node.type === 'MustacheStatement' && node.params.length === 0;
    const hint = isField ? `; for a field of that name write {{this.${name}}}` : '';
    return `helper "${name}" ${messageOf(error)}${hint}`;
  }
}

function unknownHelper(name: string, isBlock: boolean, helpers: HelperIndex): string {
  const kinds = isBlock ? 'block helper' : 'helper';
  const candidates = [...helpers.values()].filter(({ kind }) => !isBlock || kind === 'block');
  const near = nearest(
    name,
    candidates.map((helper) => helper.name),
  );
  if (near) return `there is no ${kinds} "${name}"; did you mean "${near}"?`;
  const hint = isBlock ? `; for a field write {{#if ${name}}} or {{#each ${name}}}` : '';
  return `there is no ${kinds} "${name}"${hint}`;
}
