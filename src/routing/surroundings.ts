import type { HookPlaces } from './hooks.ts';
import type { ProxyLimits } from './limits.ts';
import type { ProxyFiles } from './proxy-files.ts';
import type { ProxySettings } from './proxy-settings.ts';

/** What a site depends on besides its containers. */
export interface Surroundings {
  readonly settings: ProxySettings;
  readonly files: ProxyFiles;
  readonly places: HookPlaces;
  readonly limits: ProxyLimits;
  /** Milliseconds since 1970. */
  readonly now: number;
}
