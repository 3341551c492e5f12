import { cliPage } from './cli.ts';
import { comparisonPage, readmePage } from './comparison.ts';
import { helpersPage } from './helpers.ts';
import { proxiesPage } from './proxies.ts';
import { securityPage } from './security.ts';
import { settingsPage } from './settings.ts';

/** A page's path in the repository, and what gives its text. */
export type Page = readonly [path: string, render: () => string];

/** The pages that are generated from the code. A test compares each with the committed one. */
export const pages: readonly Page[] = [
  ['README.md', readmePage],
  ['docs/cli.md', cliPage],
  ['docs/comparison.md', comparisonPage],
  ['docs/helpers.md', helpersPage],
  ['docs/proxies.md', proxiesPage],
  ['docs/security.md', securityPage],
  ['docs/settings.md', settingsPage],
];
