import { byText } from '../base/by-text.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ContainerRef, HostKind, Problem, Route, Site } from './model.ts';

type Compare<T> = (a: T, b: T) => number;

/** By text, but runs of digits by their value: `web-2` before `web-10`. */
export const byNaturalText: Compare<string> = (a, b) => {
  const left = chunks(a);
  const right = chunks(b);
  for (const [index, chunk] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = byChunk(chunk, other);
    if (order !== 0) return order;
  }
  // Equal in value, or the beginning of the other: `web-2` and `web-02` still need an order.
  return left.length - right.length || byText(a, b);
};

export const byContainer: Compare<ContainerRef> = (a, b) =>
  byNaturalText(a.name, b.name) || byText(a.id, b.id);

/** The oldest first, then by ID. */
export const byAge: Compare<Pick<RuntimeContainer, 'Created' | 'ID'>> = (a, b) =>
  milliseconds(a.Created) - milliseconds(b.Created) ||
  byText(fraction(a.Created), fraction(b.Created)) ||
  byText(a.ID, b.ID);

const HOST_KINDS: readonly HostKind[] = ['exact', 'wildcard-prefix', 'wildcard-suffix', 'regex'];

/** In the order in which proxies try them: of wildcards the longest first. Then by host. */
export const bySite: Compare<Pick<Site, 'host' | 'kind' | 'weight'>> = (a, b) =>
  HOST_KINDS.indexOf(a.kind) - HOST_KINDS.indexOf(b.kind) ||
  wildcardLength(b) - wildcardLength(a) ||
  expressionWeight(b) - expressionWeight(a) ||
  byText(a.host, b.host);

function wildcardLength({ host, kind }: Pick<Site, 'host' | 'kind'>): number {
  return kind === 'wildcard-prefix' || kind === 'wildcard-suffix' ? host.length : 0;
}

function expressionWeight({ kind, weight = 0 }: Pick<Site, 'kind' | 'weight'>): number {
  return kind === 'regex' ? weight : 0;
}

export const byRoute: Compare<Pick<Route, 'path' | 'pathKind' | 'weight'>> = (a, b) =>
  Number(a.pathKind !== 'prefix') - Number(b.pathKind !== 'prefix') ||
  (a.pathKind === 'prefix' ? 0 : (b.weight ?? 0) - (a.weight ?? 0)) ||
  byText(a.path, b.path) ||
  byText(a.pathKind, b.pathKind);

export const byProblem: Compare<Problem> = (a, b) =>
  byContainer(a.container, b.container) ||
  byText(a.variable, b.variable) ||
  byText(a.reason, b.reason);

function chunks(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function byChunk(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return byText(a, b);
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || byText(left, right);
}

function milliseconds(created: string): number {
  return Date.parse(created) || 0;
}

/** The engine leaves out trailing zeros of the fraction, so it cannot be compared as it is. */
function fraction(created: string): string {
  return (/\.(\d+)/.exec(created)?.[1] ?? '').padEnd(9, '0');
}
