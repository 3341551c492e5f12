/**
 * What a proxy has to do, in words that know no proxy: Site → Route → Upstream → Server. Templates
 * only spell it. All lists are sorted, every value is validated, and a part that did not change is
 * the same object as in the model before, so that its text can be kept.
 */
export interface RoutingModel {
  /** Exact hosts, wildcards, regexes, each by host. */
  readonly sites: readonly Site[];
  /** By container name, then variable. */
  readonly problems: readonly Problem[];
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
  /** Prefixes before regexes, then by path. */
  readonly routes: readonly Route[];
}

export type HostKind = 'exact' | 'wildcard-prefix' | 'wildcard-suffix' | 'regex';

export interface Route {
  /** `/`, `/api` or, as regex, the expression without its marker. */
  readonly path: string;
  readonly pathKind: 'prefix' | 'regex' | 'regex-ignore-case';
  /** Takes the place of the path's prefix in what the back end is asked; '' leaves it as it is. */
  readonly dest: string;
  readonly upstream: Upstream;
}

export type Protocol = 'http' | 'https' | 'uwsgi' | 'fastcgi' | 'grpc' | 'grpcs';

export interface Upstream {
  /** Unique among all sites, safe as a name: letters, digits, `.`, `-`, `_`. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Those that get traffic, by container name and ID. */
  readonly servers: readonly Server[];
  /** Those that ask for traffic and get none now, by container name and ID. */
  readonly absent: readonly Absence[];
  /** Idle connections that a proxy's worker keeps open to its servers; 0: none. */
  readonly keepalive: number;
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
  /** What a person should know about the choice of the port; '' when it goes without saying. */
  readonly note: string;
}

export interface Absence {
  readonly container: ContainerRef;
  /** A phrase such as `unhealthy` or `stopping` or `shares no network with the proxy (…)`. */
  readonly reason: string;
}

export interface ContainerRef {
  readonly id: string;
  readonly name: string;
}

/** A wish that could not be granted: what a person has to know to mend it. */
export interface Problem {
  readonly container: ContainerRef;
  /** The environment variable or label that is at fault. */
  readonly variable: string;
  /** Its value, cut at 200 characters. */
  readonly value: string;
  readonly reason: string;
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
