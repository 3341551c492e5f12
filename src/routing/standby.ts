import type { Balance } from './balance.ts';
import type { ProxyLimits } from './limits.ts';
import type { Server } from './model.ts';

/** What a backup is while others serve. */
export type Standby =
  /** Whoever the proxy asks when none of the others answers. */
  | 'backup'
  /** Nobody, whether or not they answer: the proxy has no backups where it chooses so. */
  | 'idle';

/** A backup of nobody serves: some proxies know no upstream of backups alone. */
export function withStandby(
  servers: readonly Server[],
  balance: Balance,
  { lacksBackups }: Pick<ProxyLimits, 'lacksBackups'>,
): readonly Server[] {
  const isServed = servers.some(({ backup, weight }) => !backup && weight !== 0);
  if (!isServed) return servers;
  const lacks = lacksBackups?.(balance) ?? false;
  return servers.map((server) => {
    if (!server.backup) return server;
    if (!lacks) return { ...server, standby: 'backup' };
    // That alone says that it serves nobody.
    return server.weight === 0 ? server : { ...server, standby: 'idle' };
  });
}
