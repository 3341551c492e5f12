import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { PROXY_SETTINGS, type ProxySettings } from '../routing/proxy-settings.ts';

/**
 * The settings with the version of nginx that the proxy's container has in its environment, as the
 * official image does. It goes before tsgen's own: that one's may come with tsgen's image.
 */
export class VersionedSettings {
  readonly #settings: ProxySettings;
  #last: ProxySettings;

  constructor(settings: ProxySettings) {
    this.#settings = settings;
    this.#last = settings;
  }

  /** The same object as long as the version stays the same: sites are kept by it. */
  of(proxy: RuntimeContainer | undefined): ProxySettings {
    const nginxVersion = versionOf(proxy) ?? this.#settings.nginxVersion;
    if (nginxVersion !== this.#last.nginxVersion) {
      this.#last = Object.freeze({ ...this.#settings, nginxVersion });
    }
    return this.#last;
  }
}

function versionOf(proxy: RuntimeContainer | undefined): string | undefined {
  const { env, parse } = PROXY_SETTINGS.nginxVersion;
  const parsed = parse(proxy?.Env[env]?.trim() ?? '');
  return parsed.kind === 'valid' ? parsed.value : undefined;
}
