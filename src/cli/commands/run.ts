import type { Io } from '../io.ts';
import { resolveSettings, type SettingsInput } from '../settings.ts';

/** `tsgen [options] [template] [dest]`: watches or renders once. */
export async function run(input: SettingsInput, io: Io): Promise<number> {
  const settings = resolveSettings(input);
  switch (settings.mode) {
    case 'watch': {
      const { watch } = await import('./watch.ts');
      return await watch(settings, io);
    }
    case 'once': {
      const { once } = await import('./once.ts');
      return await once(settings, io);
    }
  }
}
