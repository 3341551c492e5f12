import type { DockerInfo, RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Front, Problem, Site, TcpService } from '../routing/model.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';

/**
 * The root of every template. The capitalised names are docker-gen's (its root list is
 * `containers`); the others are tsgen's own.
 */
export interface TemplateContext {
  /** The running ones, newest first: paused and restarting ones are left out, as docker-gen does. */
  readonly containers: readonly RuntimeContainer[];
  /** tsgen's own environment. Without a prototype. */
  readonly Env: Readonly<Record<string, string>>;
  readonly Docker: DockerInfo;
  readonly CurrentContainer?: RuntimeContainer;
  readonly sites: readonly Site[];
  readonly tcp: readonly TcpService[];
  readonly front: Front;
  readonly problems: readonly Problem[];
  /** Proxy-wide settings. The same object as long as they stay the same. */
  readonly settings: TemplateSettings;
  /** See `Rendering.generation`. */
  readonly generation: string;
  /** See `Rendering.revision`. */
  readonly revision: string;
  /** See `Roster.digest`; absent where the proxy is not told of members while it runs. */
  readonly memberDigest?: string;
}

export interface TemplateSettings extends ProxySettings {
  /** See `RuntimeMembers.key`. */
  readonly memberKey?: string;
}
