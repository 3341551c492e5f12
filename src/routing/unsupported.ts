import type { Protocol } from './model.ts';

/**
 * What a proxy cannot do, with the reason: phrases that follow its name, such as `HAProxy speaks no
 * uwsgi`. Who asks for it gets a problem in its place.
 */
export interface Unsupported {
  readonly protocols: ReadonlyMap<Protocol, string>;
}

/** Of a proxy that can do it all. */
export const ALL_SUPPORTED: Unsupported = { protocols: new Map() };
