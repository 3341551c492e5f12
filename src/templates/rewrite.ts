import type { Unit } from './check.ts';
import {
  type Block,
  type Expression,
  type Literal,
  type Located,
  type Mustache,
  nameOf,
  type Path,
  type Program,
} from './syntax.ts';
import { staticName } from './walk.ts';

/** Helpers that no template can call by itself: the check knows no such names. */
export const SHOW = 'tsgen:show';
export const KEEP = 'tsgen:keep';
export const PARTIAL_NAME = 'tsgen:partial-name';
/** `writeFile` with a path that stands in the template, and with one that is worked out. */
export const WRITE_LITERAL = 'tsgen:write-literal';
export const WRITE_COMPUTED = 'tsgen:write-computed';

/**
 * Rewrites a checked tree in place, before Handlebars compiles it:
 *
 * - `{{value}}` passes its value through `SHOW`, which refuses lists and maps: Handlebars would
 *   write `[object Object]`. It also settles what `{{@first}}` means, which Handlebars takes for a
 *   call of the helper `first`.
 * - `{{> (name)}}` passes the name through `PARTIAL_NAME`, which knows what there is.
 * - `../` becomes a name that is given to the context at the start of its block. Handlebars would
 *   look whether two contexts differ when it renders, loosely: `r` and `["r"]` do not, nor does the
 *   same object met twice, so that a container's values could decide what `../` means.
 * - `{{#writeFile}}` becomes one of two, by whether its path is the author's own word.
 * - A memo block moves to `bodies`, to be compiled apart, where it cannot reach anything around
 *   it. In its place is a call of `KEEP` with its number there and its object.
 */
export function rewrite(unit: Unit, bodies: Program[]): Program {
  for (const { path, level } of unit.climbs) {
    path.depth = 0;
    path.parts = [contextName(level), ...path.parts];
    // Not all parts: `this` anywhere in it would mean no block parameter to Handlebars.
    path.original = contextName(level);
  }
  for (const { program, level } of unit.levels) {
    const [first = UNUSED, second = UNUSED] = program.blockParams ?? [];
    program.blockParams = [first, second, contextName(level)];
  }
  for (const { node, isCall } of unit.mustaches) showMustache(node, isCall);
  for (const partial of unit.partials) {
    if (staticName(partial) !== undefined) continue;
    partial.name = call(PARTIAL_NAME, [partial.name], partial);
  }
  for (const node of unit.fileBlocks) {
    const isLiteral = node.params[0]?.type === 'StringLiteral';
    node.path = simplePath(isLiteral ? WRITE_LITERAL : WRITE_COMPUTED, node);
  }
  for (const { node } of unit.memos) takeOut(node, bodies);
  for (const { node } of unit.inlines) {
    if (node.program) node.program = withContextName(node.program, node);
  }
  return withContextName(unit.program, { loc: { start: { line: 1, column: 0 } } });
}

/** Fills a place for which the template gives no name. */
const UNUSED = 'tsgen:unused';

/** What the context of a block is called; 0 is that of the whole template or partial. */
function contextName(level: number): string {
  return `tsgen:context-${level}`;
}

/**
 * The values for the block parameters of a block that changes the context: the two that a template
 * may name, then the context itself.
 */
export function namesFor(context: unknown, params: readonly unknown[]): readonly unknown[] {
  return [params[0], params[1], context];
}

function withContextName(program: Program, { loc }: Located): Program {
  const inner: Program = { type: 'Program', body: program.body, blockParams: [contextName(0)] };
  const block: Block & Strip = {
    type: 'BlockStatement',
    path: simplePath('let', { loc }),
    params: [{ ...simplePath('this', { loc }), parts: [] }],
    hash: undefined,
    program: inner,
    inverse: undefined,
    loc,
    openStrip: {},
    closeStrip: {},
  };
  return { type: 'Program', body: [block] };
}

/** What Handlebars asks of a block about `~`, which the parser has dealt with. */
interface Strip {
  readonly openStrip: object;
  readonly closeStrip: object;
}

function showMustache(node: Mustache, isCall: boolean): void {
  const value: Expression = isCall
    ? {
        type: 'SubExpression',
        path: node.path,
        params: node.params,
        hash: node.hash,
        loc: node.loc,
      }
    : asPath(node.path);
  node.path = simplePath(SHOW, node);
  node.params = [value];
  node.hash = undefined;
}

function takeOut(node: Block, bodies: Program[]): void {
  const id = bodies.length;
  const self: Path = { ...simplePath('this', node), parts: [] };
  bodies.push({ type: 'Program', body: [{ ...node, params: [self] }] });
  const number: Literal = { type: 'NumberLiteral', value: id, original: id, loc: node.loc };
  node.path = simplePath(KEEP, node);
  node.params = [number, ...node.params];
  node.program = { type: 'Program', body: [] };
}

/** `{{"a b"}}` shows the field of that name. */
function asPath(path: Path | Literal): Path {
  return path.type === 'PathExpression' ? path : simplePath(nameOf(path), path);
}

function simplePath(name: string, { loc }: Located): Path {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc };
}

function call(name: string, params: readonly Expression[], at: Located) {
  return {
    type: 'SubExpression' as const,
    path: simplePath(name, at),
    params,
    hash: undefined,
    loc: at.loc,
  };
}
