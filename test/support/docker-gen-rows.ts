import { describe, expect, it } from 'vitest';

/** What is to be seen of one thing of docker-gen's, and the proof through the built command. */
export type Row = Readonly<Record<string, () => Promise<void>>>;

/**
 * A section of the table of all that docker-gen has: runs its rows, and fails where the code's own
 * tables know of one more, or where their number is not that of docker-gen.
 */
export function showRows(
  section: string,
  rows: Readonly<Record<string, Row>>,
  known: { readonly names: readonly string[]; readonly count: number },
): void {
  const cases = Object.entries(rows).flatMap(([name, row]) =>
    Object.entries(row).map(([does, proof]) => [name, does, proof] as const),
  );

  describe(`docker-gen: each ${section}`, () => {
    it('has a row', () => {
      expect(new Set(Object.keys(rows))).toEqual(new Set(known.names));
      expect(known.names).toHaveLength(known.count);
    });

    it.each(cases)('%s %s', async (_name, _does, proof) => {
      expect.hasAssertions();
      await proof();
    });
  });
}
