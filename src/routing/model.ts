import type { Balance } from './balance.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import type { Credentials } from './credentials.ts';
import type { DefaultRoot } from './default-root.ts';
import type { HealthCheck } from './health-check.ts';
import type { Keepalive, Reuse } from './keepalive.ts';
import type { HookFile, UsableCertificate } from './proxy-files.ts';
import type { Standby } from './standby.ts';
import type { TlsPolicy } from './tls-policies.ts';

/**
 * What a proxy has to do, in words that know no proxy: Site → Route → Upstream → Server. Templates
 * only spell it. All lists are sorted, every value is validated, and a part that did not change is
 * the same object as in the model before, so that its text can be kept.
 */
export interface RoutingModel {
  /** Exact hosts, wildcards, regexes, each by host. */
  readonly sites: readonly Site[];
  /** Ports that are handed on as they are, by number. */
  readonly tcp: readonly TcpService[];
  /** What concerns all sites, or none. */
  readonly front: Front;
  /** By container name, then variable. */
  readonly problems: readonly Problem[];
}

/** The proxy beside its sites. */
export interface Front {
  /** Who answers for hosts that no site has. */
  readonly fallback: Fallback;
  /** For the handshake, before it is known which site is meant. */
  readonly tlsPolicy: TlsPolicy;
  /** Diffie-Hellman parameters for every site without its own. */
  readonly dhparam?: HookFile;
  /** Takes the place of the headers that back ends get. */
  readonly headers?: HookFile;
  /** The page of statistics, which who knows name and password may see. */
  readonly stats?: Credentials & { readonly port: number };
  readonly monitor?: Monitor;
  /** Some route compresses answers. */
  readonly compresses?: true;
}

/** A path that the proxy itself answers with status 200, whatever the host. */
export interface Monitor {
  readonly uri: string;
  readonly port: number;
  /** The port is one of sites. */
  readonly isShared: boolean;
}

export interface Fallback {
  /** On these ports, over HTTP; sorted. Left out are those on which a site is the default. */
  readonly httpPorts: readonly number[];
  readonly httpsPorts: readonly number[];
  /** Over HTTP/3, on UDP; left out are those on which a site is the default over HTTP/3. */
  readonly http3Ports: readonly number[];
  /** Absent: the handshake is refused. */
  readonly certificate?: UsableCertificate;
  /** As `Tls.dhparam`. */
  readonly dhparam?: HookFile;
  /** Also answers ACME challenges. */
  readonly acme: boolean;
  /** The page that goes with its status 503. */
  readonly errorPage?: HookFile;
  /** As `Site.debug`. */
  readonly debug?: string;
}

/** One virtual host. */
export interface Site {
  /**
   * As a request names it: `example.com`, `*.example.com`, `www.example.*`, `192.0.2.1`,
   * `[2001:db8::1]` or `~^regex$`; lower case but for a regex.
   */
  readonly host: string;
  readonly kind: HostKind;
  /** Safe in names of files and upstreams: the host, or a hash where it has other characters. */
  readonly key: string;
  /** It also answers for hosts that no site has. */
  readonly isDefault: boolean;
  readonly http: HttpEntry;
  readonly https: HttpsEntry;
  /** Answers ACME challenges over HTTP. */
  readonly acme: boolean;
  /** Whether answers tell the proxy's version; absent: as the proxy has it. */
  readonly serverTokens?: 'on' | 'off' | 'build';
  /** Where scripts of FastCGI containers lie. */
  readonly root: string;
  /** Settings of the operator's, in the proxy's own language. */
  readonly hook?: HookFile;
  /** What is answered for `/` without a route for it; absent with one. */
  readonly rest?: DefaultRoot;
  /** Of regexes that fit, the one with the highest is taken; absent: 0. */
  readonly weight?: number;
  /** JSON for the debug endpoint, all ASCII and none a `$`; at most 3,500 characters once its quotes are escaped. */
  readonly debug?: string;
  /** Prefixes before regexes, then by path. */
  readonly routes: readonly Route[];
}

export type HostKind = 'exact' | 'wildcard-prefix' | 'wildcard-suffix' | 'regex';

export type HttpEntry =
  | { readonly kind: 'off' }
  | { readonly kind: 'serve'; readonly port: number }
  | {
      readonly kind: 'redirect';
      readonly port: number;
      /** The status for GET and HEAD, and the one for the other methods. */
      readonly status: number;
      readonly nonGetStatus: number;
      /** To this port; 443 is not written. */
      readonly toPort: number;
    };

export type HttpsEntry =
  | { readonly kind: 'off' }
  /** The handshake is refused: there is no certificate, or clients cannot be verified. */
  | { readonly kind: 'refuse'; readonly port: number }
  | ({ readonly kind: 'serve'; readonly port: number } & Tls);

export interface Tls {
  readonly certificate: UsableCertificate;
  /** Diffie-Hellman parameters that go with it; absent: whatever the proxy has. */
  readonly dhparam?: HookFile;
  readonly policy: TlsPolicy;
  readonly http2: boolean;
  readonly http3: boolean;
  /** `Strict-Transport-Security`; '' for none. */
  readonly hsts: string;
  /** Clients have to show a certificate that this authority signed. */
  readonly clients?: Omit<Extract<ClientAuthentication, { kind: 'verify' }>, 'problems'>;
}

export interface Route {
  /** `/`, `/api` or, as regex, the expression without its marker. */
  readonly path: string;
  readonly pathKind: 'prefix' | 'regex' | 'regex-ignore-case';
  /** Takes the place of the path's prefix in what the back end is asked; '' leaves it as it is. */
  readonly dest: string;
  /** `internal`: only clients with a private address, or those that `internalClients` allows. */
  readonly access: 'external' | 'internal';
  readonly internalClients?: HookFile;
  /** Parameters for a FastCGI container; absent: those that come with the proxy. */
  readonly parameters?: HookFile;
  /** User names with passwords: clients have to know one. */
  readonly users?: HookFile;
  /** Clients have to know one of the users of the proxy as a whole. */
  readonly asksUsers?: true;
  /** Answers of these media types are compressed; sorted. */
  readonly compression?: readonly string[];
  /** Of expressions that fit, the one with the highest is taken; absent: 0. */
  readonly weight?: number;
  /** Lines in the proxy's own language. */
  readonly raw?: readonly string[];
  /** Settings of the operator's, in the proxy's own language. */
  readonly hook?: HookFile;
  /** Takes the place of all that would be written for the route, its location included. */
  readonly override?: HookFile;
  /** Bytes that the body of a request may have, 0 for any number; absent: as the proxy has it. */
  readonly bodyLimit?: number;
  readonly upstream: Upstream;
}

export type Protocol = 'http' | 'https' | 'uwsgi' | 'fastcgi' | 'grpc' | 'grpcs';

export interface Upstream {
  /** Unique among all sites, safe as a name: letters, digits, `.`, `-`, `_`. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly balance: Balance;
  /** What was asked for; what comes of it is `connections`. */
  readonly keepalive: Keepalive;
  /** Idle connections that a proxy's worker keeps open to its servers; 0: none. */
  readonly connections: number;
  /** Which requests go over them, as far as the proxy at hand can tell requests apart. */
  readonly reuse: Reuse;
  /** A cookie names the server that a client had first. */
  readonly sticky?: { readonly cookie: string };
  /** Milliseconds; absent: as the proxy has it. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds after which a connect that nobody answers goes to the next server. Absent where there is
   * no next one, and where `connectTimeout` says how long.
   */
  readonly failoverAfter?: number;
  /** Milliseconds in which a server may neither send nor take anything; absent: as the proxy has it. */
  readonly serverTimeout?: number;
  /** Asks for HTTP only where that is the protocol, be it over TLS. */
  readonly healthCheck?: HealthCheck;
  /** Options that HAProxy has for it, by its names; sorted. */
  readonly options?: readonly string[];
  /** Some container, whether it is there or not, is a backup. */
  readonly hasBackup?: true;
  /** Those that get traffic, by container name and ID. */
  readonly servers: readonly Server[];
  /** Those that ask for traffic and get none now, by container name and ID. */
  readonly absent: readonly Absence[];
}

/** A member of an upstream. */
export interface Server {
  readonly container: ContainerRef;
  /** An IP address; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  /** The network over which it is reached, `host` for the host's own. */
  readonly network: string;
  /** What a person should know, such as why this port was chosen; '' when it goes without saying. */
  readonly note: string;
  /** Words in the proxy's own language for the end of its line. */
  readonly raw?: string;
  /** From 0 to 256; absent: 1. With 0 it gets only those who stick to it. */
  readonly weight?: number;
  /** It gets traffic only while none of the others can serve. */
  readonly backup?: true;
  /** What comes of that: see `Standby`. Absent where it serves like the others. */
  readonly standby?: Standby;
}

export interface Absence {
  readonly container: ContainerRef;
  /** A phrase such as `unhealthy` or `stopping` or `shares no network with the proxy (…)`. */
  readonly reason: string;
}

/** A port of the proxy's whose connections go to containers as they are. */
export interface TcpService {
  readonly port: number;
  /** TLS ends at the proxy; absent: what is said goes on as it is. */
  readonly tls?: TcpTls;
  readonly upstream: TcpUpstream;
}

export type TcpTls = Pick<Tls, 'certificate' | 'policy'>;

/** As of HTTP; its `balance` is round robin, by connections, by the client's address or by chance. */
export type TcpUpstream = Pick<Upstream, 'name' | 'balance' | 'servers' | 'absent'>;

export interface ContainerRef {
  /** '' for the proxy itself, where a problem is that of its own settings. */
  readonly id: string;
  readonly name: string;
}

/** A wish that could not be granted: what a person has to know to mend it. */
export interface Problem {
  readonly container: ContainerRef;
  /** The environment variable or label that is at fault, or the file. */
  readonly variable: string;
  /** Its value, cut at 200 characters. */
  readonly value: string;
  readonly reason: string;
  /** What is to be mended is not that value but, as the reason says, something else. */
  readonly elsewhere?: true;
}

/** From where the proxy reaches containers. */
export type Vantage =
  /** The proxy runs on the host: any network of a container will do. */
  | { readonly kind: 'host' }
  | {
      readonly kind: 'container';
      readonly container: ContainerRef;
      /** It uses the host's own network stack. */
      readonly hostNetwork: boolean;
      /** By name. */
      readonly networks: readonly {
        readonly name: string;
        readonly gateway: string;
        readonly internal: boolean;
      }[];
    };
