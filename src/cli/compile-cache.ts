import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside the built program, whose chunks lie in a folder of their own; whoever installs it may make it. */
const FOLDER = new URL('../compile-cache', import.meta.url);

/**
 * Has V8 take what it compiled before from a folder beside the program, where there is one and Node
 * knows how (from 22.1 on). Nothing is made here: code that others could have put somewhere, such as
 * in a folder for temporary files, is not run.
 */
export function useCompileCache(): void {
  const { enableCompileCache } = module as Partial<Pick<typeof module, 'enableCompileCache'>>;
  if (!enableCompileCache || !existsSync(FOLDER)) return;
  enableCompileCache(fileURLToPath(FOLDER));
}
