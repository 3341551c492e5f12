import type { HookPlaces } from './hooks.ts';
import type { ProxyFiles } from './proxy-files.ts';
import type { ProxySettings } from './proxy-settings.ts';
import type { Unsupported } from './unsupported.ts';

/** What a site depends on besides its containers. */
export interface Surroundings {
  readonly settings: ProxySettings;
  readonly files: ProxyFiles;
  readonly places: HookPlaces;
  readonly unsupported: Unsupported;
  /** Milliseconds since 1970. */
  readonly now: number;
}
