import type { Helper } from './helpers/helper.ts';
import {
  type Block,
  type Decorator,
  type Expression,
  type Hash,
  isScoped,
  isSimple,
  type Literal,
  type Mustache,
  nameOf,
  type Partial,
  type Path,
  type Program,
  type Statement,
  type SubExpression,
} from './syntax.ts';

/** What is in reach at some place of a template. */
export interface Scope {
  /** Names given by `as |…|` in the blocks around. */
  readonly params: ReadonlySet<string>;
  /** Such names further out, which are not in reach from here. */
  readonly hidden: ReadonlySet<string>;
  /** How many blocks around give `this` another meaning: so many `../` lead somewhere. */
  readonly contexts: number;
  /** How many blocks around set `@index` and its like. */
  readonly frames: number;
}

export const TOP: Scope = {
  params: new Set(),
  hidden: new Set(),
  contexts: 0,
  frames: 0,
};

/** A mustache, block or sub-expression that calls a helper, or looks as if it did. */
export type Call = Mustache | Block | SubExpression;

export interface Visitor {
  /** Which names are helpers, and what the block ones do to their scope. */
  readonly helper: (name: string) => Helper | undefined;
  readonly call?: (node: Call, scope: Scope) => void;
  /** A value that is read, shown or passed on. */
  readonly path?: (path: Path, scope: Scope) => void;
  readonly mustache?: (node: Mustache, isCall: boolean) => void;
  readonly partial?: (node: Partial, scope: Scope) => void;
  readonly decorator?: (node: Decorator) => void;
}

/** Visits every node once, outer before inner, in the order of the text. */
export function walk(program: Program, scope: Scope, visitor: Visitor): void {
  for (const statement of program.body) visitStatement(statement, scope, visitor);
}

function visitStatement(node: Statement, scope: Scope, visitor: Visitor): void {
  switch (node.type) {
    case 'MustacheStatement': {
      const calls = isCall(node, scope, visitor);
      visitor.mustache?.(node, calls);
      if (calls) visitCall(node, scope, visitor);
      else visitPath(node.path, scope, visitor);
      return;
    }
    case 'BlockStatement':
      visitBlock(node, scope, visitor);
      return;
    case 'PartialStatement':
    case 'PartialBlockStatement':
      visitor.partial?.(node, scope);
      if (node.name.type === 'SubExpression') visitExpression(node.name, scope, visitor);
      visitArguments(node, scope, visitor);
      if (node.program) walk(node.program, scope, visitor);
      return;
    case 'Decorator':
    case 'DecoratorBlock':
      visitor.decorator?.(node);
      // An inline partial sees its context and nothing around it, as one in a file does.
      if (node.program) walk(node.program, { ...TOP, hidden: scope.params }, visitor);
      return;
    default:
      return;
  }
}

function visitBlock(node: Block, scope: Scope, visitor: Visitor): void {
  visitCall(node, scope, visitor);
  if (node.program) {
    const facts = visitor.helper(nameOf(node.path));
    const inside = {
      hidden: scope.hidden,
      params: new Set([...scope.params, ...(node.program.blockParams ?? [])]),
      contexts: scope.contexts + (facts?.kind === 'block' && facts.changesContext ? 1 : 0),
      frames: scope.frames + (facts?.kind === 'block' && facts.opensFrame ? 1 : 0),
    };
    walk(node.program, inside, visitor);
  }
  if (node.inverse) walk(node.inverse, scope, visitor);
}

function visitCall(node: Call, scope: Scope, visitor: Visitor): void {
  visitor.call?.(node, scope);
  visitArguments(node, scope, visitor);
}

function visitArguments(
  node: { readonly params: readonly Expression[]; readonly hash: Hash | undefined },
  scope: Scope,
  visitor: Visitor,
): void {
  for (const param of node.params) visitExpression(param, scope, visitor);
  for (const { value } of node.hash?.pairs ?? []) visitExpression(value, scope, visitor);
}

function visitExpression(node: Expression, scope: Scope, visitor: Visitor): void {
  if (node.type === 'SubExpression') visitCall(node, scope, visitor);
  else if (node.type === 'PathExpression') visitPath(node, scope, visitor);
}

function visitPath(node: Path | Literal, scope: Scope, visitor: Visitor): void {
  if (node.type === 'PathExpression') visitor.path?.(node, scope);
}

/** `{{name}}` alone calls a helper of that name, unless a block parameter or a field is meant. */
function isCall(node: Mustache, scope: Scope, visitor: Visitor): boolean {
  if (node.params.length > 0 || node.hash) return true;
  if (!isSimple(node.path) || isBlockParam(node.path, scope)) return false;
  return visitor.helper(nameOf(node.path)) !== undefined;
}

/** Whether a path begins with a name that `as |…|` gave. */
export function isBlockParam(path: Path | Literal, scope: Scope): boolean {
  if (path.type !== 'PathExpression') return scope.params.has(nameOf(path));
  if (path.depth > 0 || path.data || isScoped(path)) return false;
  return scope.params.has(path.parts[0] ?? '');
}

/** Whether a path begins with a name that `as |…|` gave somewhere out of reach. */
export function isHidden(path: Path, scope: Scope): boolean {
  return !isBlockParam(path, scope) && isBlockParam(path, { ...scope, params: scope.hidden });
}

/** The name of a partial that stands in the template itself, not computed. */
export function staticName(node: Partial): string | undefined {
  return node.name.type === 'SubExpression' ? undefined : nameOf(node.name);
}

/** The name that `{{#*inline "name"}}` defines, where the decorator is that. */
export function inlineName(node: Decorator): string | undefined {
  const [name] = node.params;
  if (nameOf(node.path) !== 'inline' || node.type !== 'DecoratorBlock') return undefined;
  return node.params.length === 1 && name?.type === 'StringLiteral'
    ? String(name.value)
    : undefined;
}
