/** How much two texts differ. */
export interface LineChanges {
  /** Lines that only the new one has. */
  readonly added: number;
  /** Lines that only the old one has. */
  readonly removed: number;
}

/**
 * Counts lines that came and went, as often as they stand there; one that only moved counts as none.
 * Parts that did not change are the same strings as before, and cost next to nothing.
 */
export function lineChanges(before: readonly string[], after: readonly string[]): LineChanges {
  const blocks = remainders(wholeLines(before), wholeLines(after));
  const lines = remainders(blocks.before.flatMap(toLines), blocks.after.flatMap(toLines));
  return { added: lines.after.length, removed: lines.before.length };
}

/** Chunks joined where one ends within a line. */
function wholeLines(chunks: readonly string[]): readonly string[] {
  const blocks: string[] = [];
  let open = '';
  for (const chunk of chunks) {
    const block = open + chunk;
    if (block.endsWith('\n')) {
      blocks.push(block);
      open = '';
    } else open = block;
  }
  if (open !== '') blocks.push(open);
  return blocks;
}

function toLines(block: string): readonly string[] {
  const lines = block.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** What each of the two has more than the other. */
function remainders(
  before: readonly string[],
  after: readonly string[],
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const counts = new Map<string, number>();
  for (const text of before) counts.set(text, (counts.get(text) ?? 0) + 1);
  const added = after.filter((text) => {
    const count = counts.get(text) ?? 0;
    if (count > 0) counts.set(text, count - 1);
    return count === 0;
  });
  const removed = [...counts].flatMap(([text, count]) => Array<string>(count).fill(text));
  return { before: removed, after: added };
}
