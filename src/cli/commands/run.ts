import { useCompileCache } from '../compile-cache.ts';
import type { Io } from '../io.ts';
import { type RunInput, resolveRun } from '../run-settings.ts';

/** `tsgen [options] [template] [dest]`: watches or renders once. */
export async function run(input: RunInput, io: Io): Promise<number> {
  if (input.flags.from !== undefined) {
    useCompileCache();
    const { offline } = await import('./offline.ts');
    return await offline(input.flags.from, input, io);
  }
  const settings = await resolveRun(input);
  if (settings.jobs.some(({ mode }) => mode === 'watch')) {
    const { watch } = await import('./watch.ts');
    return await watch(settings, { io, reload: () => resolveRun(input) });
  }
  // Not for a watch, which would hold all that it ever had compiled.
  useCompileCache();
  const { once } = await import('./once.ts');
  return await once(settings, io);
}
