import type { Logger } from '../base/log.ts';
import { rosterDigest } from '../proxies/roster-digest.ts';
import type {
  Heard,
  Parting,
  Roster,
  RosterStep,
  RuntimeMembers,
} from '../proxies/runtime-members.ts';
import {
  describeSteps,
  type Member,
  memberKey,
  memberSteps,
  membersAfter,
  type PresentMember,
} from '../routing/member-changes.ts';
import type { Confirmation } from './confirm.ts';
import type { Rendering } from './rendering.ts';
import type { CommandResult } from './runner.ts';

/** What came of telling a proxy of members while it runs. */
export type Told =
  /** It was seen to run the rendering; `changes` as `describeSteps` has it. */
  | { readonly kind: 'at-run-time'; readonly changes: string }
  /** It has to load anew. The reason is absent where that goes without saying. */
  | { readonly kind: 'by-reload'; readonly reason?: string };

export interface MemberChangesOptions {
  /** For messages: `HAProxy`. */
  readonly proxy: string;
  readonly members: RuntimeMembers;
  /** Where the proxy is, and how it is asked. */
  readonly confirmation: Confirmation;
  readonly log: Logger;
  /** In milliseconds. */
  readonly monotonic: () => number;
}

/** Requests that are open with a container that the proxy gives no new ones. */
export interface OpenRequests {
  readonly count: number;
  /** The processes that give requests to servers; those before them may have some of their own. */
  readonly workers: readonly number[];
}

export interface TellOptions {
  readonly signal: AbortSignal;
  /** IDs of containers that have begun to leave since the rendering was made; nobody if absent. */
  readonly left?: ReadonlySet<string> | undefined;
}

/** What the proxy was last seen to have. */
interface Known {
  readonly generation: string;
  readonly members: readonly PresentMember[];
  /** What it was told ahead of the rendering that says so. */
  readonly ahead?: { readonly digest: string; readonly changes: string };
}

const NOBODY: ReadonlySet<string> = new Set();

/** For what needs no wait; the same as a notification's. */
const TIMEOUT_MS = 10_000;

/**
 * By then a request that a member was chosen for has come to it, or has been given up: httpd reads 16 kB
 * of a body before it connects, and wants 500 bytes of it a second after 20 s (mod_reqtimeout's defaults).
 */
const BEGUN_MS = 75_000;

/**
 * Tells a proxy of members while it runs: works out the steps from what it has to what it is to have,
 * carries them out in one command, and reads back what runs then. Anything that is not as it should
 * be ends in a reload, which reads the file that is right.
 */
export class MemberChanges {
  readonly #options: MemberChangesOptions;
  /** `undefined`: nobody knows; it is asked before it is told. */
  #known: Known | undefined;
  /** What it is to have. */
  #roster: Roster | undefined;
  #running: Promise<unknown> = Promise.resolve();
  /** IDs of those to be let go with the next command, and its end. */
  readonly #leaving = new Set<string>();
  #letting: Promise<void> | undefined;
  /** Key of one that gets nothing new → since when that is known here, by `monotonic`. */
  readonly #leftSince = new Map<string, number>();

  constructor(options: MemberChangesOptions) {
    this.#options = options;
  }

  /** Nothing else that is told or loaded comes in between. */
  async exclusive<Result>(task: () => Promise<Result>): Promise<Result> {
    const before = this.#running;
    const running = before.then(task);
    this.#running = running.catch(() => undefined);
    return await running;
  }

  /**
   * To be called within `exclusive`, with a rendering that is live on disk. Who has begun to leave since it
   * was made is not taken back for it.
   */
  async tell({ roster: rendered, generation }: Rendering, options: TellOptions): Promise<Told> {
    const { signal, left = NOBODY } = options;
    const roster = rendered && rosterWithout(rendered, left);
    this.#roster = roster;
    if (!roster || this.#isAbsent() || signal.aborted) return { kind: 'by-reload' };
    let known = this.#known ?? (await this.#look(signal));
    if (typeof known === 'string') return { kind: 'by-reload', reason: known };
    // Another structure: members are the least of it.
    if (known.generation !== generation) return { kind: 'by-reload' };
    // To forget those that left it has tried; what of theirs is open is left to `tidyUp`.
    if (known.ahead?.digest === roster.digest) {
      const { changes } = known.ahead;
      this.#known = { generation, members: known.members };
      return { kind: 'at-run-time', changes };
    }
    let steps = memberSteps(known.members, roster.members);
    if (steps.length === 0 && known === this.#known) {
      // There is a reason to tell it, so it must have something else than is known here.
      known = await this.#look(signal);
      if (typeof known === 'string') return { kind: 'by-reload', reason: known };
      steps = memberSteps(known.members, roster.members);
    }
    for (const { kind, member } of steps) {
      const reason = kind === 'remove' ? undefined : roster.fixed.get(member.upstream);
      if (reason !== undefined) {
        return { kind: 'by-reload', reason: `${member.upstream}: ${reason}` };
      }
    }
    const told = await this.#carryOut(steps, known, { generation, roster, signal });
    if (roster !== rendered) this.#noteAhead(roster, told);
    return told;
  }

  /** To be called once the proxy was seen to have loaded a rendering. */
  loaded({ roster, generation }: Rendering): void {
    this.#roster = roster;
    this.#known = roster && { generation, members: membersAfter(roster.members) };
  }

  /** To be called when the proxy was seen to run a rendering, whoever had it do so. */
  confirmed(rendering: Rendering): void {
    if (!this.#known) this.loaded(rendering);
  }

  /** It was restarted, loaded by hand, or does not answer as it should. */
  forget(): void {
    this.#known = undefined;
  }

  /**
   * Has the proxy give no new request to containers that are on their way out, by their IDs, without
   * waiting for what is rendered without them. Whoever would be the last of an upstream stays. Nothing
   * has to come of it: the next rendering says what the proxy is to have. Who comes while it has to wait
   * is told of in the same command.
   */
  async letGo(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    for (const id of ids) this.#leaving.add(id);
    this.#letting ??= this.exclusive(async () => {
      const leaving = new Set(this.#leaving);
      this.#leaving.clear();
      this.#letting = undefined;
      await this.letGoNow(leaving, signal);
    });
    await this.#letting;
  }

  /** As `letGo`; to be called within `exclusive`. */
  async letGoNow(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const [before, rendered] = [this.#known, this.#roster];
    if (!before || !rendered || this.#isAbsent() || signal.aborted) return;
    const up = before.members.filter(({ isDrained }) => !isDrained);
    const present = new Set(up.map(memberKey));
    const members = rendered.members.filter((member) => present.has(memberKey(member)));
    const roster = rosterWithout({ ...rendered, members }, ids);
    const left = new Map(members.map((member) => [memberKey(member), member.container]));
    for (const member of roster.members) left.delete(memberKey(member));
    const going = up.flatMap((member) => {
      const container = left.get(memberKey(member));
      return container ? [{ ...member, container }] : [];
    });
    if (going.length === 0) return;
    const steps = (['drain', 'remove'] as const).flatMap((kind) =>
      going.map((member) => ({ kind, member })),
    );
    const { generation } = before;
    const told = await this.#carryOut(steps, before, { generation, roster, signal });
    this.#noteAhead(roster, told, before.ahead?.changes);
  }

  /** Has the proxy forget whom it gives nothing any more, where nothing is open by now. */
  async tidyUp(signal: AbortSignal): Promise<void> {
    await this.exclusive(async () => {
      if (this.#known?.members.some(({ isDrained }) => isDrained)) {
        await this.#part(() => true, signal);
      }
    });
  }

  /**
   * Of a container that the proxy gives no new requests; `undefined` where that cannot be told.
   *
   * @param id of the container.
   */
  async openRequests(id: string, signal: AbortSignal): Promise<OpenRequests | undefined> {
    return await this.exclusive(async () => {
      if (!this.#known) return undefined;
      const { isOf } = this.#options.members;
      const parting = await this.#part((member) => isOf(member, id), signal);
      if (!parting) return undefined;
      // Who cannot be forgotten has something open, even if it is but the end of a connection.
      const count = parting.left.reduce((sum, { open }) => sum + Math.max(1, open), 0);
      return { count, workers: parting.workers };
    });
  }

  #isAbsent(): boolean {
    const { runner, child } = this.#options.confirmation;
    return runner.unavailable() !== undefined || child?.isRunning() === false;
  }

  /** Or why it cannot be told what the proxy has. */
  async #look(signal: AbortSignal): Promise<Known | string> {
    const { members } = this.#options;
    const result = await this.#run(members.listCommand, signal);
    const output = outputOf(result);
    const known = output === undefined ? reasonOf(result) : members.listed(output);
    return known ?? 'it has more of them than it could tell';
  }

  /** What the proxy has now is what a rendering that is to come will say. */
  #noteAhead({ digest }: Roster, told: Told, before = ''): void {
    if (told.kind !== 'at-run-time' || !this.#known) return;
    const changes = [before, told.changes].filter(Boolean).join('; ');
    this.#known = { ...this.#known, ahead: { digest, changes } };
  }

  async #carryOut(
    steps: readonly RosterStep[],
    before: Known,
    {
      generation,
      roster,
      signal,
    }: {
      readonly generation: string;
      readonly roster: Roster;
      readonly signal: AbortSignal;
    },
  ): Promise<Told> {
    const { members, proxy, log } = this.#options;
    const command = members.tellCommand(generation, steps, roster);
    if (command === undefined) {
      return { kind: 'by-reload', reason: `${steps.length} changes at once` };
    }
    this.forget();
    const result = await this.#run(command, signal);
    const output = outputOf(result);
    if (output === undefined) return { kind: 'by-reload', reason: reasonOf(result) };
    const heard = members.heard(output, steps);
    const touched = new Set(steps.map(({ member }) => member.upstream));
    const wanted = roster.members.filter(({ upstream }) => touched.has(upstream));
    const reason = whyNot(heard, generation, wanted);
    if (reason !== undefined) return { kind: 'by-reload', reason };
    const containers = new Map(
      [...before.members, ...wanted].map((member) => [memberKey(member), member.container]),
    );
    const others = before.members.filter(({ upstream }) => !touched.has(upstream));
    const seen = heard.members.map((member): PresentMember => {
      const container = containers.get(memberKey(member));
      return container ? { ...member, container } : member;
    });
    this.#known = { generation, members: [...others, ...seen] };
    for (const { kind, member } of steps) {
      if (kind === 'drain') this.#leftSince.delete(memberKey(member));
    }
    const changes = describeSteps(steps);
    if (changes !== '') log.info(`Told ${proxy} at run time: ${changes}`);
    return { kind: 'at-run-time', changes };
  }

  async #part(isMeant: (member: PresentMember) => boolean, signal: AbortSignal) {
    const known = this.#known;
    const roster = this.#roster;
    if (!known || !roster || this.#isAbsent()) return undefined;
    const { members } = this.#options;
    const leaving = known.members.filter((member) => member.isDrained && isMeant(member));
    const output = outputOf(await this.#run(members.partCommand(leaving, roster), signal));
    const heard = output === undefined ? undefined : members.partingOf(output, leaving);
    const parting = heard && { ...heard, left: this.#stillOpen(heard, leaving) };
    // It may have been restarted or loaded by hand meanwhile: then nobody knows.
    if (parting && this.#known === known) {
      const left = new Set(parting.left.map(({ member }) => memberKey(member)));
      const gone = new Set(leaving.map(memberKey).filter((key) => !left.has(key)));
      const rest = known.members.filter((member) => !gone.has(memberKey(member)));
      this.#known = { ...known, members: rest };
    }
    return parting;
  }

  /** But for what is counted as open, and cannot be any more. */
  #stillOpen({ left }: Parting, leaving: readonly PresentMember[]): Parting['left'] {
    const now = this.#options.monotonic();
    const since = new Map(
      left.map(({ member }) => [member, this.#leftSince.get(memberKey(member)) ?? now]),
    );
    for (const member of leaving) this.#leftSince.delete(memberKey(member));
    for (const [member, at] of since) this.#leftSince.set(memberKey(member), at);
    return left.filter(
      ({ member, isQuiet }) => !isQuiet || now - (since.get(member) ?? now) < BEGUN_MS,
    );
  }

  async #run(command: string, signal: AbortSignal): Promise<CommandResult> {
    const { confirmation, members } = this.#options;
    return await confirmation.runner.run(command, {
      ...{ timeoutMs: TIMEOUT_MS, signal },
      ...(members.env ? { env: members.env } : {}),
    });
  }
}

/**
 * Without the members of containers that leave: but for those that would leave nobody in their upstream,
 * or one of which the proxy cannot be told.
 */
function rosterWithout(roster: Roster, ids: ReadonlySet<string>): Roster {
  const isLeaving = ({ container }: Member) => ids.has(container.id);
  const staying = roster.members.filter((member) => !isLeaving(member));
  const tellable = new Set(staying.map(({ upstream }) => upstream));
  for (const upstream of roster.fixed.keys()) tellable.delete(upstream);
  const members = roster.members.filter(
    (member) => !isLeaving(member) || !tellable.has(member.upstream),
  );
  if (members.length === roster.members.length) return roster;
  return { ...roster, members, digest: rosterDigest(members) };
}

/** Why what a proxy said is not as it should be. */
function whyNot(
  { generation, members, refused }: Heard,
  wanted: string,
  roster: readonly Member[],
): string | undefined {
  if (generation !== wanted) return `it runs '${generation}', not '${wanted}'`;
  // That is, too, what somebody did by hand, and maybe in other words.
  if (refused.length > 0) return `it refused ${refused.join('; ')}`;
  // Those that are to be removed have something open.
  const missing = memberSteps(members, roster).filter(({ kind }) => kind !== 'remove');
  if (missing.length === 0) return undefined;
  const names = new Set(missing.map(({ member }) => member.container?.name ?? member.name));
  return `it has others than it was told, as for ${[...names].join(', ')}`;
}

function outputOf(result: CommandResult): string | undefined {
  return result.kind === 'exited' && result.exitCode === 0 ? result.output : undefined;
}

function reasonOf(result: CommandResult): string {
  switch (result.kind) {
    case 'exited':
      return (
        result.output
          .trim()
          .replaceAll(/\s*\n\s*/g, '; ')
          .slice(0, 500) || `exit code ${result.exitCode}`
      );
    case 'timed-out':
      return `no answer within ${result.afterMs / 1000} s`;
    case 'aborted':
      return 'tsgen was told to stop';
    default:
      return result.reason;
  }
}
