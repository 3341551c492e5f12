import type { Precompiled } from './precompiled.ts';

/**
 * The bundled templates as they were compiled when tsgen was built, each loaded when it is asked for,
 * by the name of its file. The build fills it; where tsgen runs from source there are none, and
 * templates are compiled when they are read.
 */
export const PRECOMPILED_TEMPLATES: Readonly<
  Record<string, () => Promise<{ readonly default: Precompiled }>>
> = {};
