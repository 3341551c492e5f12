// Writes the pages that are generated from the code: `npm run docs`.
import { writeFile } from 'node:fs/promises';
import { pages } from './pages.ts';

for (const [path, render] of pages) {
  await writeFile(path, render());
}
