/**
 * The nodes of a parsed template: what Handlebars' parser gives, as a discriminated union. They
 * are mutable because the engine rewrites the tree before it is compiled.
 */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

export interface Located {
  readonly loc: { readonly source?: string; readonly start: Position };
}

export interface Path extends Located {
  readonly type: 'PathExpression';
  /** Begins with `@`. */
  readonly data: boolean;
  /** How many `../` it begins with. */
  depth: number;
  parts: readonly string[];
  original: string;
}

export interface Literal extends Located {
  readonly type:
    | 'StringLiteral'
    | 'NumberLiteral'
    | 'BooleanLiteral'
    | 'UndefinedLiteral'
    | 'NullLiteral';
  readonly value?: string | number | boolean;
  readonly original?: string | number | boolean;
}

export interface SubExpression extends Located {
  readonly type: 'SubExpression';
  readonly path: Path | Literal;
  readonly params: readonly Expression[];
  readonly hash: Hash | undefined;
}

export type Expression = Path | Literal | SubExpression;

export interface Hash extends Located {
  readonly pairs: readonly (Located & { readonly key: string; readonly value: Expression })[];
}

export interface Program {
  readonly type: 'Program';
  readonly body: readonly Statement[];
  blockParams?: readonly string[] | undefined;
}

export interface Mustache extends Located {
  readonly type: 'MustacheStatement';
  path: Path | Literal;
  params: readonly Expression[];
  hash: Hash | undefined;
}

export interface Block extends Located {
  readonly type: 'BlockStatement';
  path: Path | Literal;
  params: readonly Expression[];
  readonly hash: Hash | undefined;
  /** Absent in `{{^name}}…{{/name}}`. */
  program: Program | undefined;
  readonly inverse: Program | undefined;
}

export interface Partial extends Located {
  readonly type: 'PartialStatement' | 'PartialBlockStatement';
  name: Path | Literal | SubExpression;
  readonly params: readonly Expression[];
  readonly hash: Hash | undefined;
  /** The white space before a partial that stands alone on its line; it is put before each line. */
  readonly indent?: string;
  /** What `{{#> name}}…{{/name}}` encloses. */
  readonly program?: Program;
}

export interface Decorator extends Located {
  readonly type: 'Decorator' | 'DecoratorBlock';
  readonly path: Path | Literal;
  readonly params: readonly Expression[];
  program?: Program;
}

export type Statement =
  | Mustache
  | Block
  | Partial
  | Decorator
  | (Located & { readonly type: 'ContentStatement' | 'CommentStatement' });

/** What is called or shown: `a.b`, `../c`, `@index`, or a literal's text. */
export function nameOf(path: Path | Literal): string {
  return path.type === 'PathExpression' ? path.original : String(path.original);
}

/** A single name that may be a helper's: not `a.b`, `this`, `../a` or `@a`. */
export function isSimple(path: Path | Literal): boolean {
  if (path.type !== 'PathExpression') return true;
  return path.parts.length === 1 && path.depth === 0 && !path.data && !isScoped(path);
}

/**
 * No block parameter is meant: it begins with `./` or `this`. Handlebars looks for `this` anywhere
 * (its AST helper `scopedId`), and what it takes for a parameter is what counts.
 */
export function isScoped(path: Path): boolean {
  return /^\.|this\b/.test(path.original);
}

/** `file:line:column`, both from 1. */
export function whereOf(node: Located): string {
  const { source, start } = node.loc;
  return `${source ?? 'template'}:${start.line}:${start.column + 1}`;
}
