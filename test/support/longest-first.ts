import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files that take minutes, the longest first, by the end of their path. */
export const LONG = [
  'e2e/scenarios.test.ts',
  'e2e/nginx-proxy-image.test.ts',
  'e2e/hundred-stack.test.ts',
  'e2e/follow.test.ts',
  'e2e/hitless.test.ts',
  'e2e/confirm.test.ts',
  'e2e/haproxy-stack.test.ts',
  'e2e/apache-stack.test.ts',
  'e2e/delivery.test.ts',
  'e2e/stack.test.ts',
  'e2e/docker-gen-command-lines.test.ts',
  'e2e/draining.test.ts',
  'integration/offline.test.ts',
  'integration/docker-gen/behaviours.test.ts',
  'integration/deploy-hook.test.ts',
  'integration/history.test.ts',
];

/**
 * Begins with what takes longest, so that no worker is alone with it in the end. A file's size, by
 * which Vitest goes where nothing was measured yet, says little about that.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((end) => moduleId.endsWith(end));
      return found < 0 ? LONG.length : found;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
