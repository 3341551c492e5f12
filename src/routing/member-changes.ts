import { byText } from '../base/by-text.ts';
import type { ContainerRef } from './model.ts';

/** A server of an upstream that a proxy is to have, as one knows it that can be told while it runs. */
export interface Member {
  /** Its name, which no other upstream has. */
  readonly upstream: string;
  /** The proxy's name for the server, which no other of the upstream has. */
  readonly name: string;
  /** From 0 to 256. */
  readonly weight: number;
  readonly container: ContainerRef;
}

/** One that a proxy has. */
export interface PresentMember extends Omit<Member, 'container'> {
  /** It gets no new request. */
  readonly isDrained: boolean;
  /** Absent where it was the proxy that told of it. */
  readonly container?: ContainerRef;
}

/** What a proxy is told of one member while it runs. */
export type MemberStep<Wanted extends Member = Member> =
  /** It did not have it; from now on it gets requests. */
  | { readonly kind: 'add'; readonly member: Wanted }
  /** It gets requests again. */
  | { readonly kind: 'ready'; readonly member: Wanted }
  | { readonly kind: 'weight'; readonly member: Wanted }
  /** It gets no new request; what is open goes on. */
  | { readonly kind: 'drain'; readonly member: PresentMember }
  /** The proxy may forget it, once nothing is open. */
  | { readonly kind: 'remove'; readonly member: PresentMember };

/** Of a member among all upstreams. */
export function memberKey({ upstream, name }: Pick<Member, 'upstream' | 'name'>): string {
  return `${upstream}/${name}`;
}

/**
 * What makes of the members that a proxy has those that it is to have. New ones come first: an
 * upstream is not left without any in between.
 */
export function memberSteps<Wanted extends Member>(
  present: readonly PresentMember[],
  wanted: readonly Wanted[],
): readonly MemberStep<Wanted>[] {
  const before = new Map(present.map((member) => [memberKey(member), member]));
  const after = new Set(wanted.map(memberKey));
  const coming = wanted.flatMap((member): readonly MemberStep<Wanted>[] => {
    const known = before.get(memberKey(member));
    if (!known) return [{ kind: 'add', member }];
    return [
      ...(known.weight === member.weight ? [] : [{ kind: 'weight', member } as const]),
      ...(known.isDrained ? [{ kind: 'ready', member } as const] : []),
    ];
  });
  const leaving = present.filter((member) => !after.has(memberKey(member))).toSorted(byKey);
  return [
    ...coming.toSorted((a, b) => byKey(a.member, b.member)),
    ...leaving
      .filter(({ isDrained }) => !isDrained)
      .map((member) => ({ kind: 'drain', member }) as const),
    ...leaving.map((member) => ({ kind: 'remove', member }) as const),
  ];
}

/** The members that a proxy has once it was told, if nothing was left that is to be removed. */
export function membersAfter(wanted: readonly Member[]): readonly PresentMember[] {
  return wanted.map((member) => ({ ...member, isDrained: false }));
}

const WORDS = { add: 'added', ready: 'took back', weight: 'weighed', drain: 'drained' } as const;

/** For people: `app: added web-3, drained web-1`. That one was removed after that goes without saying. */
export function describeSteps(steps: readonly MemberStep[]): string {
  const byUpstream = new Map<string, string[]>();
  for (const { kind, member } of steps) {
    if (kind === 'remove') continue;
    const told = byUpstream.get(member.upstream) ?? [];
    told.push(`${WORDS[kind]} ${member.container?.name ?? member.name}`);
    byUpstream.set(member.upstream, told);
  }
  return [...byUpstream]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([upstream, told]) => `${upstream}: ${told.join(', ')}`)
    .join('; ');
}

function byKey(a: Pick<Member, 'upstream' | 'name'>, b: Pick<Member, 'upstream' | 'name'>): number {
  return byText(memberKey(a), memberKey(b));
}
