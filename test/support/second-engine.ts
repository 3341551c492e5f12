import { describe, inject } from 'vitest';

/**
 * Tests on a newer engine than the machine's. Where that cannot be had, which the set-up says, there
 * are none.
 */
export function describeOnSecondEngine(title: string, tests: (programs: string) => void): void {
  const second = inject('secondEngine');
  if ('programs' in second) describe(title, () => tests(second.programs));
}
