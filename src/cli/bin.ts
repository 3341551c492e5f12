import { VERSION } from './version.ts';

/** Scripts ask for it again and again, and it needs nothing of what follows. */
const VERSION_FLAGS: ReadonlySet<string | undefined> = new Set(['--version', '-version', '-v']);

// An import would read all that the module exports, of which some loads more.
const { writeSync } = process.getBuiltinModule('node:fs');

/** @returns Whether it could be said at once: not where nobody reads, or a pipe is full. */
function saysVersion(): boolean {
  try {
    // Standard output as Node.js knows it takes as long to set up as all the rest.
    return writeSync(1, `${VERSION}\n`) > 0;
  } catch {
    return false;
  }
}

const [first, ...others] = process.argv.slice(2);
if (!VERSION_FLAGS.has(first) || others.length > 0 || !saysVersion()) await import('./main.ts');
