import type { ProxyLimits } from '../routing/limits.ts';

/** What the other two have nothing for, since it is in HAProxy's words. */
export function haproxysOwn(proxy: string): {
  readonly container: NonNullable<ProxyLimits['container']>;
  readonly proxy: NonNullable<ProxyLimits['proxy']>;
} {
  const options = (names: readonly string[]): string | undefined =>
    names.length === 0
      ? undefined
      : `${proxy} has none of HAProxy's options: ${names.join(', ')} is left out`;
  return { container: { options }, proxy: { options } };
}
