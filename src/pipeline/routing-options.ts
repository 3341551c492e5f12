import type { HookPlaces } from '../routing/hooks.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { Problem } from '../routing/model.ts';
import type { ProxyFiles } from '../routing/proxy-files.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';
import type { Vocabulary } from '../routing/vocabulary.ts';

/** What routing depends on besides containers. */
export interface RoutingOptions {
  readonly settings: ProxySettings;
  /** What is wrong with them. */
  readonly problems: readonly Problem[];
  /** Where the operator's files for the proxy lie. */
  readonly places: HookPlaces;
  /** Whose words count; by default tsgen's own. */
  readonly vocabulary?: Vocabulary;
  readonly limits?: ProxyLimits;
  /** What lies there; the same object as long as it stays so. */
  readonly readFiles: () => Promise<ProxyFiles>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
