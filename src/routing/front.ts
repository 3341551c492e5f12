import { certificateFault, DEFAULT_CERTIFICATE } from './choose-certificate.ts';
import { dhparamFor } from './choose-dhparam.ts';
import { debugText } from './debug.ts';
import type { Front, HttpsEntry, Problem, Site } from './model.ts';
import { proxyProblem } from './problem.ts';
import type { Surroundings } from './surroundings.ts';
import { hasHttp3Version, tlsPolicyNamed } from './tls-policies.ts';

/** Where a site has a policy with such versions, whoever takes the handshake has to speak them. */
const OLD_POLICY = 'Mozilla-Old';

/** What a proxy does besides its sites: for hosts that none of them has, and for all of them. */
export function buildFront(
  sites: readonly Site[],
  around: Surroundings,
): { readonly front: Front; readonly problems: readonly Problem[] } {
  const { settings, files, places } = around;
  const problems: Problem[] = [];
  const onHttp = ({ http }: Site) => (http.kind === 'off' ? undefined : http.port);
  const onHttps = ({ https }: Site) => (https.kind === 'off' ? undefined : https.port);
  const on3 = (site: Site) => (hasHttp3(site.https) ? onHttps(site) : undefined);
  const defaults = sites.filter(({ isDefault }) => isDefault);
  const { httpPort, httpsPort, http3, tlsPolicy, defaultHost } = settings;
  const httpPorts = ports([httpPort, ...sites.map(onHttp)], defaults.map(onHttp));
  const httpsPorts = ports([httpsPort, ...sites.map(onHttps)], defaults.map(onHttps));
  const isOld = sites.some(({ https }) => https.kind === 'serve' && speaksOld(https));
  const front = isOld ? tlsPolicyNamed(OLD_POLICY) : tlsPolicy;
  const own3 = http3 ? [httpsPort] : [];
  // Also where the default site has none: somebody has to take a port for UDP as a whole.
  const http3Ports = ports([...own3, ...sites.map(on3)], defaults.map(on3));

  const found = settings.trustDefaultCert ? files.certificates.get(DEFAULT_CERTIFICATE) : undefined;
  const fault = found && certificateFault(found, front.securityLevel, around.now);
  if (fault !== undefined) problems.push(proxyProblem(`${DEFAULT_CERTIFICATE}.crt`, '', fault));
  const certificate = found?.kind === 'usable' && fault === undefined ? found : undefined;
  const dhparam = certificate && dhparamFor(certificate, files);
  if (files.dhparam?.kind === 'unusable') {
    problems.push(proxyProblem(files.dhparam.path, '', files.dhparam.reason));
  }
  for (const { path, reason } of files.problems) problems.push(proxyProblem(path, '', reason));
  if (defaultHost !== '' && defaults.length === 0) {
    const reason = 'no container asks for this host: unknown hosts get status 503 until one does';
    problems.push(proxyProblem('DEFAULT_HOST', defaultHost, reason));
  }
  const errorPage = files.hooks.get(places.errorPage);
  const debug = { host: '', http: { kind: 'off' }, https: { kind: 'off' }, routes: [] } as const;
  const optional = {
    headers: files.hooks.get(places.headers),
    dhparam: files.dhparam?.kind === 'usable' ? files.dhparam : undefined,
  };
  return {
    front: {
      fallback: {
        httpPorts,
        httpsPorts,
        http3Ports: hasHttp3Version(front) ? http3Ports : [],
        ...(certificate ? { certificate } : {}),
        ...(dhparam ? { dhparam } : {}),
        acme: settings.acmeUnknownHost && settings.acme === 'true',
        ...(errorPage ? { errorPage } : {}),
        ...(settings.debugEndpoint ? { debug: debugText(debug) } : {}),
      },
      tlsPolicy: front,
      ...defined(optional),
      ...(settings.statsAuth === 'off'
        ? {}
        : { stats: { ...settings.statsAuth, port: settings.statsPort } }),
      ...(settings.monitorUri === ''
        ? {}
        : {
            monitor: {
              uri: settings.monitorUri,
              port: settings.monitorPort,
              isShared: [settings.httpPort, settings.httpsPort, ...sites.flatMap(portsOf)].includes(
                settings.monitorPort,
              ),
            },
          }),
      ...(sites.some(({ routes }) => routes.some((route) => route.compression))
        ? { compresses: true as const }
        : {}),
    },
    problems,
  };
}

function portsOf({ http, https }: Site): readonly number[] {
  return [http, https].flatMap((entry) => (entry.kind === 'off' ? [] : [entry.port]));
}

function speaksOld(https: Extract<HttpsEntry, { kind: 'serve' }>): boolean {
  return https.policy.protocols.some((one) => one === 'TLSv1' || one === 'TLSv1.1');
}

function hasHttp3(https: HttpsEntry): boolean {
  return https.kind === 'serve' && https.http3;
}

/** Sorted, without those that somebody else has. */
function ports(
  all: readonly (number | undefined)[],
  taken: readonly (number | undefined)[],
): readonly number[] {
  return [...new Set(all)]
    .filter((port) => port !== undefined)
    .filter((port) => !taken.includes(port))
    .sort((a, b) => a - b);
}

function defined<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
