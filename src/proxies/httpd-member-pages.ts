import { memberKey, type PresentMember } from '../routing/member-changes.ts';
import { type Connections, connectionsIn } from './httpd-connections.ts';
import type { Heard, Listed, Parting, RosterStep } from './runtime-members.ts';

/** What httpd says of its members until all has been done. */
export const CHANGING = 'changing';

interface Seen {
  /** Of each place that has it, in the order of its lines. */
  readonly copies: readonly PresentMember[];
  /** By httpd's own count, which at times misses that one has ended (seen with 2.4.69). */
  readonly busy: number;
  /** Connections to it; `undefined` where nobody knows. */
  readonly connections: number | undefined;
}

/** What a script's lines say of members: see `atManager`. */
class Pages {
  /** Balancer → in how many places it is. */
  readonly #places = new Map<string, number>();
  readonly #seen = new Map<string, Seen>();
  readonly #connections: Connections | undefined;

  constructor(output: string) {
    const lines = output.split('\n');
    this.#connections = connectionsIn(lines);
    for (const line of lines) {
      const [state, upstream = '', worker = '', route, weight, busy, , backup] = line.split(' ');
      if (state === 'b') this.#places.set(upstream, (this.#places.get(upstream) ?? 0) + 1);
      if (state !== 'up' && state !== 'down') continue;
      const name = `${worker} ${route}${backup ? ' backup' : ''}`;
      const member = { upstream, name, weight: Number(weight), isDrained: state === 'down' };
      const before = this.#seen.get(memberKey(member));
      this.#seen.set(memberKey(member), {
        copies: [...(before?.copies ?? []), member],
        busy: (before?.busy ?? 0) + Number(busy),
        connections: this.#connections?.to(worker),
      });
    }
  }

  /** Each once, but for those that get nothing and have nothing open: they are as good as gone. */
  get members(): readonly PresentMember[] {
    return [...this.#seen.values()]
      .flatMap(({ copies }) => copies.slice(0, 1))
      .filter((member) => !member.isDrained || this.open(member) > 0);
  }

  /**
   * Requests that are open with one, wherever. httpd chooses a member before it connects, and may wait
   * for what the client has to send; where there is neither a connection nor a client, it has
   * miscounted.
   */
  open(member: PresentMember): number {
    const { busy = 0 } = this.#seen.get(memberKey(member)) ?? {};
    return this.isQuiet(member) && this.#connections?.clients === 0 ? 0 : busy;
  }

  /** It has no connection to it. */
  isQuiet(member: PresentMember): boolean {
    return this.#seen.get(memberKey(member))?.connections === 0;
  }

  /** Those of which one virtual host has something else than another. */
  get torn(): readonly string[] {
    return [...this.#seen].flatMap(([key, { copies }]) => {
      const [first] = copies;
      const places = this.#places.get(first?.upstream ?? '');
      const isTorn =
        // One that leaves may have nothing open any more in one place.
        (first?.isDrained !== true && copies.length !== places) ||
        copies.some(
          ({ isDrained, weight }) => isDrained !== first?.isDrained || weight !== first.weight,
        );
      return isTorn ? [key] : [];
    });
  }
}

export function listed(output: string): Listed | undefined {
  const [first = '', ...lines] = output.trim().split('\n');
  if (lines.at(-1) !== 'end') return undefined;
  const pages = new Pages(lines.join('\n'));
  const [generation = ''] = first.split(' ');
  return pages.torn.length > 0 ? undefined : { generation, members: pages.members };
}

export function heard(output: string, steps: readonly RosterStep[]): Heard {
  const pages = new Pages(output);
  const [, generation = '', digest] = /^runs (\S+) (\S+)$/m.exec(output) ?? [];
  const torn = pages.torn.map((key) => `'${key}' in one of its virtual hosts`);
  const refused = torn.length === 0 && digest === CHANGING ? undone(steps, pages) : torn;
  return { generation, members: pages.members, refused };
}

/** Of what was not done, as the script has seen by itself. */
function undone(steps: readonly RosterStep[], { members }: Pages): readonly string[] {
  const up = new Set(members.filter(({ isDrained }) => !isDrained).map(memberKey));
  const missed = steps.filter(
    ({ kind, member }) => kind !== 'remove' && up.has(memberKey(member)) === (kind === 'drain'),
  );
  return missed.length === 0
    ? ['some of it']
    : missed.map(({ kind, member }) => `'${kind} ${memberKey(member)}'`);
}

export function partingOf(output: string, members: readonly PresentMember[]): Parting | undefined {
  const lines = output.trim().split('\n');
  if (lines.at(-1) !== 'end') return undefined;
  const pages = new Pages(output);
  const left = members
    .map((member) => ({
      ...{ member, open: pages.open(member) },
      ...(pages.isQuiet(member) ? { isQuiet: true as const } : {}),
    }))
    .filter(({ open }) => open > 0);
  const workers = lines.flatMap((line) => /^worker (\d+)$/.exec(line)?.slice(1).map(Number) ?? []);
  return { left, workers };
}
