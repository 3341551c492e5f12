import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { HttpEntry, HttpsEntry, Problem, Site } from './model.ts';
import { byAge, bySite } from './order.ts';
import { problemOf } from './problem.ts';
import type { ProxySettings } from './proxy-settings.ts';

/** A port of its own that a site was given, and the container's setting that says so. */
export interface ExternalPort {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly container: RuntimeContainer;
  readonly variable: string;
}

interface Owner {
  readonly scheme: 'http' | 'https';
  /** For people. */
  readonly name: string;
}

/**
 * A port speaks HTTP or HTTPS: a proxy with both on one refuses its whole configuration. The
 * proxy's own ports count first, then those of the site that was given its port by the oldest
 * container. A site that comes too late is left out, for on any other port it could let in clients
 * that it does not want.
 */
export function withoutPortClashes(
  built: readonly { readonly site: Site; readonly externalPorts: readonly ExternalPort[] }[],
  { httpPort, httpsPort }: ProxySettings,
): { readonly sites: readonly Site[]; readonly problems: readonly Problem[] } {
  const owners = new Map<number, Owner>([
    [httpPort, { scheme: 'http', name: 'the proxy' }],
    [httpsPort, { scheme: 'https', name: 'the proxy' }],
  ]);
  const left = new Set<Site>();
  const problems: Problem[] = [];
  const wishes = built
    .map(({ site, externalPorts }) => ({ site, wanted: externalPorts.filter(isEntered(site)) }))
    .filter(({ wanted }) => wanted.length > 0)
    .sort((a, b) => byOldest(a.wanted, b.wanted) || bySite(a.site, b.site));
  for (const { site, wanted } of wishes) {
    const own = new Map(owners);
    const clash = wanted.find(({ port, scheme }) => {
      const owner = own.get(port);
      own.set(port, owner ?? { scheme, name: site.host });
      return owner !== undefined && owner.scheme !== scheme;
    });
    if (clash === undefined) {
      for (const [port, owner] of own) owners.set(port, owner);
      continue;
    }
    left.add(site);
    const { port, container, variable } = clash;
    const owner = own.get(port);
    const reason = `${owner?.name} speaks ${owner?.scheme.toUpperCase()} on port ${port}, and a port speaks one protocol: ${site.host} is not served until this is mended`;
    problems.push(problemOf(container, variable, reason));
  }
  return { sites: built.flatMap(({ site }) => (left.has(site) ? [] : site)), problems };
}

/** Whether the site is entered on a port. */
function isEntered({ http, https }: Site): (one: ExternalPort) => boolean {
  const entries: Readonly<Record<ExternalPort['scheme'], HttpEntry | HttpsEntry>> = { http, https };
  return ({ scheme }) => entries[scheme].kind !== 'off';
}

function byOldest(a: readonly ExternalPort[], b: readonly ExternalPort[]): number {
  const oldest = (ports: readonly ExternalPort[]) =>
    ports.map(({ container }) => container).sort(byAge)[0];
  const [left, right] = [oldest(a), oldest(b)];
  return left && right ? byAge(left, right) : 0;
}
