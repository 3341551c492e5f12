import { listChanges } from '../base/list-changes.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { type Claim, type Member, makeClaim, membershipsOf, type Reach } from './claim.ts';
import type { Host } from './hosts.ts';

interface Part {
  readonly claim: Claim;
  readonly members: readonly Member[];
}

/** The wishes for one host, in no order. */
export interface HostGroup {
  readonly host: Host;
  readonly members: readonly Member[];
}

/**
 * What the containers of one list after the other ask for. A list costs what is not the same as in
 * the one before: a container that did not change, which is the same object, is not looked at.
 */
export class ClaimBook {
  readonly #reach: Reach;
  #containers: readonly RuntimeContainer[] = [];
  readonly #parts = new Map<RuntimeContainer, Part>();
  readonly #groups = new Map<string, HostGroup>();
  readonly #tcp = new Set<Claim>();
  readonly #faulty = new Set<Claim>();

  /** @param reach what claims are made with; for another one there is another book. */
  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** In no order. */
  get hosts(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Those that want a port of their own; in no order. */
  get tcp(): Iterable<Claim> {
    return this.#tcp;
  }

  /** Those with problems, in no order. */
  get faulty(): Iterable<Claim> {
    return this.#faulty;
  }

  /** `undefined`: nobody asks for it. */
  group(host: string): HostGroup | undefined {
    return this.#groups.get(host);
  }

  /** @returns the hosts whose groups are others than before. */
  take(containers: readonly RuntimeContainer[]): ReadonlySet<string> {
    const { removed, added } = listChanges(this.#containers, containers);
    this.#containers = containers;
    const gone = removed.flatMap((container) => this.#remove(container));
    const come = added.flatMap((container) => this.#add(container));
    this.#regroup(gone, come);
    return new Set([...gone, ...come].map(hostOf));
  }

  #add(container: RuntimeContainer): readonly Member[] {
    const claim = makeClaim(container, this.#reach);
    const members = membershipsOf(claim);
    this.#parts.set(container, { claim, members });
    if (claim.intent.tcp.length > 0) this.#tcp.add(claim);
    if (claim.problems.length > 0) this.#faulty.add(claim);
    return members;
  }

  #remove(container: RuntimeContainer): readonly Member[] {
    const part = this.#parts.get(container);
    if (!part) return [];
    this.#parts.delete(container);
    this.#tcp.delete(part.claim);
    this.#faulty.delete(part.claim);
    return part.members;
  }

  #regroup(gone: readonly Member[], come: readonly Member[]): void {
    const left = new Set(gone);
    for (const host of new Set(gone.map(hostOf))) {
      const group = this.#groups.get(host);
      const members = group?.members.filter((member) => !left.has(member)) ?? [];
      if (group && members.length > 0) this.#groups.set(host, { ...group, members });
      else this.#groups.delete(host);
    }
    const news = new Map<string, Member[]>();
    for (const member of come) {
      const own = news.get(hostOf(member));
      if (own) own.push(member);
      else news.set(hostOf(member), [member]);
    }
    for (const [key, [first, ...others]] of news) {
      if (!first) continue;
      const { host, members } = this.#groups.get(key) ?? { host: first.wish.host, members: [] };
      this.#groups.set(key, { host, members: [...members, first, ...others] });
    }
  }
}

function hostOf({ wish }: Member): string {
  return wish.host.host;
}
