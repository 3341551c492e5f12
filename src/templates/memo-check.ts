import type { HelperIndex, MemoBlock, Unit } from './check.ts';
import { type Mistake, mistakeIn } from './parse.ts';
import { type Located, nameOf, type Partial, type Path, type Program, whereOf } from './syntax.ts';
import { inlineName, isHidden, type Scope, staticName, TOP, walk } from './walk.ts';

/** Names of partials that Handlebars itself gives a meaning. */
export const PARTIAL_BLOCK = '@partial-block';

/** What a memo block may call. */
export interface Surroundings {
  readonly partials: ReadonlyMap<string, Unit>;
  /** Names of all inline partials, wherever they are defined. */
  readonly inlines: ReadonlySet<string>;
  readonly helpers: HelperIndex;
}

/**
 * Finds what a memo block depends on besides its object and `@root.settings`, in the block and in
 * every partial that it calls: its text is kept by the object, so anything else would go stale.
 * The block is also compiled apart, so that what slips through here is absent, never stale.
 */
export function checkMemo(
  { node, outer }: MemoBlock,
  { partials, inlines, helpers }: Surroundings,
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const home = `the memo block at ${whereOf(node)}`;
  const report = (at: Located, message: string): void => {
    mistakes.push(mistakeIn(at, `${message}, in ${home}`));
  };
  const visited = new Set<string>();
  const own = new Set(node.program ? inlinesOf(node.program) : []);

  const visit = (program: Program, scope: Scope, hasBlock: boolean): void => {
    walk(program, scope, {
      helper: (name) => helpers.get(name),
      call: (call) => {
        const name = nameOf(call.path);
        const helper = helpers.get(name);
        if (name === 'memo') report(call, 'a memo block cannot hold another');
        else if (name === 'writeFile')
          report(call, 'writeFile may go around a memo block, not into one');
        else if (helper?.kind === 'inline' && !helper.pure) {
          report(call, `helper "${name}" depends on more than its arguments`);
        }
      },
      path: (path, at) => {
        const message = outside(path, at);
        if (message) report(path, message);
      },
      partial: (partial, at) => follow(partial, at, hasBlock),
    });
  };

  const follow = (partial: Partial, scope: Scope, hasBlock: boolean): void => {
    const name = staticName(partial);
    if (name === undefined) {
      report(partial, 'a partial whose name is computed cannot be followed');
      return;
    }
    if (name === PARTIAL_BLOCK) {
      if (!hasBlock) report(partial, `{{> ${PARTIAL_BLOCK}}} comes from outside`);
      return;
    }
    const unit = partials.get(name);
    if (!unit) {
      if (inlines.has(name) && !own.has(name))
        report(partial, `partial "${name}" is defined outside`);
      return;
    }
    const isBlock = hasBlock || partial.type === 'PartialBlockStatement';
    const key = JSON.stringify([name, isBlock, scope.frames > 0]);
    if (visited.has(key)) return;
    visited.add(key);
    for (const inline of unit.inlines) own.add(inline.name);
    visit(unit.program, { ...TOP, frames: scope.frames }, isBlock);
  };

  if (node.inverse) report(node, 'there is no {{else}}');
  if (node.program) {
    const params = new Set(node.program.blockParams);
    visit(node.program, { ...TOP, params, hidden: outer }, false);
  }
  return mistakes;
}

/** The partials that a block defines for itself. */
function inlinesOf(program: Program): readonly string[] {
  const names: string[] = [];
  walk(program, TOP, {
    helper: () => undefined,
    decorator: (node) => names.push(inlineName(node) ?? ''),
  });
  return names;
}

/** What a path takes from outside the block, if it does. */
function outside(path: Path, scope: Scope): string | undefined {
  const [first = '', second] = path.parts;
  if (path.data) {
    if (first === 'root') {
      if (second === 'settings') return undefined;
      return `${path.original} is more than the object and @root.settings`;
    }
    return scope.frames > path.depth ? undefined : `${path.original} comes from outside`;
  }
  if (path.depth > scope.contexts) return `${path.original} leads outside`;
  return isHidden(path, scope) ? `block parameter "${first}" comes from outside` : undefined;
}
