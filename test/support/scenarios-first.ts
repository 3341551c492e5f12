import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest's order, but the file that takes longest comes first: of the workers one is busy with it
 * while the others go through the rest. Vitest knows durations of earlier runs alone, and a fresh
 * clone has none.
 */
export class ScenariosFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

function isLongest({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith('/e2e/scenarios.test.ts');
}
