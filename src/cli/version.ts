declare const __TSGEN_VERSION__: string | undefined;

/** From package.json, put in by the build; `dev` when run from source. */
export const VERSION = typeof __TSGEN_VERSION__ === 'string' ? __TSGEN_VERSION__ : 'dev';
