import type { HookPlaces } from '../routing/hooks.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { ProxySettings } from '../routing/proxy-settings.ts';
import type { RuntimeMembers } from './runtime-members.ts';

/** What tsgen knows of a proxy besides its template. */
export interface ProxyKind {
  /** `nginx`; also for people to read. */
  readonly name: string;
  /** The bundled template's file name. */
  readonly template: string;
  /** Where the official image of the proxy reads its configuration from. */
  readonly destination: string;
  /**
   * A POSIX shell script that asks the proxy whether it would accept a candidate, without touching
   * what is live. `{file}` stands for the candidate, `{dest}` for the destination, both as the
   * proxy sees them. Exit code 0 accepts and 1 rejects, with the proxy's reason as output; 126
   * means that the question could not be asked.
   */
  readonly checkCommand: string;
  /** What its processes are called. */
  readonly processes: readonly string[];
  /** Where the operator's files for it lie. */
  readonly places: HookPlaces;
  /** What it cannot do; absent: all that the model has, it can. */
  readonly limits?: ProxyLimits;
  /** A shell line that makes the proxy load its configuration again. */
  readonly notifyCommand: string;
  /**
   * A POSIX shell script that prints the generation that runs, as the bundled template spells it
   * (`revision`). `{port}` stands for the control port. Exit code 126 means that there is nothing to
   * ask with, any other but 0 that nobody answered.
   */
  readonly askCommand: string;
  /**
   * A POSIX shell script that ends the workers that a reload has left for too long, and prints the
   * pid of each; absent where the proxy has a setting for it.
   */
  readonly endOldWorkersCommand?: string;
  /** How it is told of members while it runs; absent: each change of them is a reload. */
  readonly members?: RuntimeMembers;
  /**
   * As `members`, of one that is told over an address of its own with a secret that tsgen keeps;
   * `undefined` where the settings do not allow for it.
   */
  readonly membersWith?: (secret: string, settings: ProxySettings) => RuntimeMembers | undefined;
}
