import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Balance } from './balance.ts';
import {
  CONTAINER_SETTINGS,
  type ContainerSettingKey,
  type ContainerValue,
} from './container-settings.ts';
import type { Intent } from './intent.ts';
import type { Problem, Route, Site, Upstream } from './model.ts';
import { outsideProblem, problemOf, proxyProblem } from './problem.ts';
import { PROXY_SETTINGS, type ProxySetting, type ProxySettings } from './proxy-settings.ts';

/**
 * What the proxy at hand cannot do of what people can ask for. Each function says why it cannot and
 * what it does instead, or gives `undefined` where it can.
 */
export interface ProxyLimits {
  readonly container?: {
    readonly [K in ContainerSettingKey]?: (value: ContainerValue<K>) => string | undefined;
  };
  readonly proxy?: {
    readonly [K in keyof ProxySettings]?: (value: ProxySettings[K]) => string | undefined;
  };
  /** Why it cannot hand on ports as they are. */
  readonly tcp?: (settings: ProxySettings) => string | undefined;
  /** It has no backup servers where it chooses so. */
  readonly lacksBackups?: (balance: Balance) => boolean;
  /**
   * It cannot send what may not be repeated over other connections than the rest: an upstream's that
   * are kept open are for all requests of the route, or none.
   */
  readonly mixesRequests?: (route: Pick<Route, 'dest'> & Pick<Upstream, 'protocol'>) => boolean;
  /** For what only a whole site shows. */
  readonly site?: (site: Site) => readonly string[];
}

/** A proxy that can do it all. */
export const NO_LIMITS: ProxyLimits = {};

type Reason = (value: unknown) => string | undefined;

/** What a container asks for in vain. One that asks for no traffic is none of the proxy's. */
export function containerLimits(
  container: RuntimeContainer,
  { wishes, tcp, values }: Intent,
  limits: ProxyLimits,
): readonly Problem[] {
  if (wishes.length === 0 && tcp.length === 0) return [];
  const keys = Object.keys(CONTAINER_SETTINGS) as ContainerSettingKey[];
  return keys.flatMap((key) => {
    const found = values[key];
    if (found === undefined) return [];
    const reason = (limits.container?.[key] as Reason | undefined)?.(found.value);
    if (reason === undefined) return [];
    return [outsideProblem(problemOf(container, found.variable, reason))];
  });
}

/** The same for the settings of the proxy as a whole. */
export function proxyLimits(settings: ProxySettings, limits: ProxyLimits): readonly Problem[] {
  const keys = Object.keys(PROXY_SETTINGS) as (keyof ProxySettings)[];
  return keys.flatMap((key) => {
    const value = settings[key];
    const reason = (limits.proxy?.[key] as Reason | undefined)?.(value);
    if (reason === undefined) return [];
    return [proxyProblem(PROXY_SETTINGS[key].env, shown(key, value), reason)];
  });
}

function shown(key: keyof ProxySettings, value: unknown): string {
  const { isSecret }: ProxySetting<unknown> = PROXY_SETTINGS[key];
  if (isSecret) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
