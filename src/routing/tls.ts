import { chooseCertificate } from './choose-certificate.ts';
import { dhparamFor } from './choose-dhparam.ts';
import { chooseClientAuthentication } from './client-authentication.ts';
import type { ContainerSettingKey, ContainerValue } from './container-settings.ts';
import type { HttpEntry, HttpsEntry, Site, Tls } from './model.ts';
import type { ProxyFiles } from './proxy-files.ts';
import type { HttpsMethod, ProxySettings } from './proxy-settings.ts';
import { hasHttp3Version } from './tls-policies.ts';

/** What was decided for a site, where somebody has set it. */
export type SiteValues = { readonly [K in ContainerSettingKey]?: ContainerValue<K> };

export interface Entries {
  readonly http: HttpEntry;
  readonly https: HttpsEntry;
  readonly acme: boolean;
  /** Sentences about certificates. */
  readonly problems: readonly string[];
}

/**
 * How a site is entered, over HTTP and HTTPS. The rules are nginx-proxy's: without a certificate the
 * handshake is refused, and HTTP is served in the place of a redirect (or of nothing), unless that
 * was switched off. One that is there and cannot be used, with which nginx-proxy's nginx would not
 * start, takes no site from HTTPS to HTTP.
 *
 * @param now milliseconds since 1970
 */
export function entriesOf(
  { host, key }: Pick<Site, 'host' | 'key'>,
  values: SiteValues,
  ports: { readonly http: number; readonly https: number },
  around: { readonly settings: ProxySettings; readonly files: ProxyFiles; readonly now: number },
): Entries {
  const { settings, files, now } = around;
  const policy = values.tlsPolicy ?? settings.tlsPolicy;
  const choice = chooseCertificate(
    {
      host,
      key,
      certificateName: values.certName,
      trustDefault: values.trustDefaultCert ?? settings.trustDefaultCert,
      securityLevel: policy.securityLevel,
    },
    files,
    now,
  );
  const wanted = values.httpsMethod ?? settings.httpsMethod;
  const clients = chooseClientAuthentication(
    { host, key },
    values.verifyClient ?? 'on',
    files,
    now,
  );
  // Over HTTP nobody could be asked for a certificate, so a site that asks does not fall back to it.
  const servesAnyway =
    (values.httpOnMissingCert ?? settings.httpOnMissingCert) && clients.kind === 'none';
  const method: HttpsMethod =
    choice.kind === 'none' && !choice.isBroken && servesAnyway && wanted !== 'nohttps'
      ? 'noredirect'
      : wanted;
  const http = httpEntry(method, ports, values.nonGetRedirect ?? settings.nonGetRedirect);
  const problems = [...choice.problems];
  let https: HttpsEntry = { kind: 'off' };
  if (method !== 'nohttps') {
    if (clients.kind === 'refuse') problems.push(clients.problem);
    if (clients.kind === 'verify') problems.push(...clients.problems);
    if (choice.kind === 'none' || clients.kind === 'refuse') {
      https = { kind: 'refuse', port: ports.https };
    } else {
      const wantsHttp3 = values.http3 ?? settings.http3;
      if (values.http3 && !hasHttp3Version(policy)) {
        problems.push(
          `HTTP/3 needs TLS 1.3, which the policy ${policy.name} does not have: HTTP/3 is off`,
        );
      }
      const dhparam = dhparamFor(choice.certificate, files);
      const tls: Tls = {
        certificate: choice.certificate,
        ...(dhparam ? { dhparam } : {}),
        policy,
        http2: values.http2 ?? settings.http2,
        http3: wantsHttp3 && hasHttp3Version(policy),
        hsts: method === 'noredirect' ? '' : (values.hsts ?? settings.hsts),
        ...(clients.kind === 'verify' ? { clients: withoutProblems(clients) } : {}),
      };
      https = { kind: 'serve', port: ports.https, ...tls };
    }
  }
  const wish = values.acme ?? settings.acme;
  const acme =
    wish === 'true' ? http.kind !== 'off' : wish === 'legacy' && http.kind === 'redirect';
  return { http, https, acme, problems };
}

function httpEntry(
  method: HttpsMethod,
  ports: { readonly http: number; readonly https: number },
  nonGetStatus: number,
): HttpEntry {
  switch (method) {
    case 'nohttp':
      return { kind: 'off' };
    case 'redirect':
      return {
        kind: 'redirect',
        port: ports.http,
        status: 301,
        nonGetStatus,
        toPort: ports.https,
      };
    case 'noredirect':
    case 'nohttps':
      return { kind: 'serve', port: ports.http };
  }
}

function withoutProblems<T extends { readonly problems: unknown }>({ problems: _, ...rest }: T) {
  return rest;
}
