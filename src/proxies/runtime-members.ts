import type { Member, MemberStep, PresentMember } from '../routing/member-changes.ts';
import type { RoutingModel } from '../routing/model.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';

/** How a proxy is told of members while it runs: which changes it takes, and in which words. */
export interface RuntimeMembers {
  /** What a template spells of a secret that tsgen keeps for it; absent where it needs none. */
  readonly key?: string;
  /** What its scripts find in their environment, so that nobody finds it on a command line. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The members that a configuration gives the proxy. `undefined`: what it has of them cannot be told
   * from the model, so that it is neither told of them nor asked for them.
   */
  readonly rosterOf: (configuration: Configuration) => Roster | undefined;
  /**
   * A POSIX shell script that prints what runs: the generation, a blank and the digest of the members
   * that get requests. Exit codes as those of `ProxyKind.askCommand`.
   */
  readonly askCommand: string;
  /** One that prints that, and the members that the proxy has: see `listed`. */
  readonly listCommand: string;
  /** `undefined`: not what it is to print. */
  readonly listed: (output: string) => Listed | undefined;
  /**
   * One that carries out steps if the proxy runs a generation, and prints what it said, and what it has
   * then in the upstreams that they are of: see `heard`. `undefined`: they cannot be told.
   */
  readonly tellCommand: (
    generation: string,
    steps: readonly RosterStep[],
    roster: Roster,
  ) => string | undefined;
  readonly heard: (output: string, steps: readonly RosterStep[]) => Heard;
  /** Whether a member is the container of an ID. */
  readonly isOf: (member: PresentMember, id: string) => boolean;
  /** One that removes members as soon as nothing is open, and prints what is: see `partingOf`. */
  readonly partCommand: (members: readonly PresentMember[], roster: Roster) => string;
  /** `undefined`: not what it is to print. */
  readonly partingOf: (output: string, members: readonly PresentMember[]) => Parting | undefined;
}

export interface Configuration {
  readonly model: RoutingModel;
  readonly settings: ProxySettings;
  /** The main file's text. */
  readonly chunks: readonly string[];
}

export interface Roster {
  readonly members: readonly RosterMember[];
  /** Upstream → why each change of its members is a reload. */
  readonly fixed: ReadonlyMap<string, string>;
  /** Upstream → where the proxy has it; absent where each has a single place. */
  readonly places?: ReadonlyMap<string, readonly string[]>;
  /** As the proxy is asked for it. */
  readonly digest: string;
}

export interface RosterMember extends Member {
  /** In the proxy's own language, all that it is told of the member when that is added. */
  readonly words: string;
  /** The proxy asks it whether it is well, once it was told to. */
  readonly isChecked: boolean;
}

export type RosterStep = MemberStep<RosterMember>;

export interface Listed {
  readonly generation: string;
  readonly members: readonly PresentMember[];
}

/** What a proxy said to steps. */
export interface Heard {
  /** That runs; '' when that could not be told. */
  readonly generation: string;
  /** All that the upstreams of the steps have now. */
  readonly members: readonly PresentMember[];
  /** What it refused, in its own words. */
  readonly refused: readonly string[];
}

export interface Parting {
  /** Those that are still there. */
  readonly left: readonly {
    readonly member: PresentMember;
    /** How many requests, or else connections, are open. */
    readonly open: number;
    /** The proxy has no connection to it: nothing is open that is not just about to begin. */
    readonly isQuiet?: true;
  }[];
  /** The processes that take new connections. */
  readonly workers: readonly number[];
}
