import { cliPage } from './cli.ts';
import { helpersPage } from './helpers.ts';
import { securityPage } from './security.ts';
import { settingsPage } from './settings.ts';

/** A page's path in the repository, and what gives its text. */
export type Page = readonly [path: string, render: () => string];

/** The pages that are generated from the code. A test compares each with the committed one. */
export const pages: readonly Page[] = [
  ['docs/cli.md', cliPage],
  ['docs/helpers.md', helpersPage],
  ['docs/security.md', securityPage],
  ['docs/settings.md', settingsPage],
];
