import type { Validated } from './validated.ts';

/** One thing that people can ask for: a row of `docs/settings.md`, and how its text is read. */
export interface Setting<T> {
  /** The environment variable; blank counts as absent. */
  readonly env: string;
  /** Which texts it takes, for people; in Markdown. */
  readonly values: string;
  /** What holds without it, for people; in Markdown. */
  readonly default: string;
  /** What it does, for people: a phrase in Markdown. */
  readonly description: string;
  /** @param text without blanks around it, and not empty */
  readonly parse: (text: string) => Validated<T>;
}

/** The same thing in dockercloud-haproxy's words, which count only where they are asked for. */
export interface DockercloudForm<T> {
  /** The environment variable; that of the setting itself where only its form is another one. */
  readonly env: string;
  /** Another one that says a part of it. */
  readonly beside?: string;
  /**
   * How its text is read; absent: as the setting's own.
   *
   * @param text '' where only the other one says something
   * @param beside that of the other one, '' where it is not set
   */
  readonly parse?: (text: string, beside: string) => Validated<T>;
}

/** What one container asks for, by its environment or its labels. */
export interface ContainerSetting<T> extends Setting<T> {
  /** The label is `tsgen.` with it. */
  readonly name: string;
  /** nginx-proxy has a label for it, with this after its prefix. */
  readonly nginxProxyLabel?: string;
  readonly dockercloud?: DockercloudForm<T>;
  /** It is in the proxy's own language, so that a container is not to say it unless allowed to. */
  readonly isRaw?: true;
  /** Whose it is: of several containers that share a site or a route, one is heard. */
  readonly of: 'container' | 'route' | 'site';
  /** The proxy-wide variable that gives its default. */
  readonly proxyWide?: string;
  /**
   * What becomes of a value that is none: the container gets no traffic, where anything else could
   * send traffic to a wrong place or let in the wrong people; else the default takes its place.
   */
  readonly whenInvalid: 'refuse' | 'default';
}

/** The type of a setting's value. */
export type ValueOf<S> = S extends Setting<infer T> ? T : never;
