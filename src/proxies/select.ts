import { TsgenError } from '../base/errors.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';

export type ProxySelector =
  | { readonly kind: 'container'; readonly text: string }
  | { readonly kind: 'label'; readonly key: string; readonly value?: string }
  /** The first one that a running container fits. */
  | { readonly kind: 'first'; readonly of: readonly ProxySelector[] };

export type ProxySelection =
  | {
      readonly kind: 'selected';
      readonly container: RuntimeContainer;
      /** All running containers that fit, by name; more than one is worth a warning. */
      readonly fitting: readonly string[];
    }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Reads `--proxy`: a container's name or ID (or the beginning of an ID, six digits or more), or
 * `label=KEY[=VALUE]`. Throws a `TsgenError` of kind `usage`.
 */
export function parseProxySelector(text: string): SingleSelector {
  if (text.startsWith('label=')) {
    const [key = '', ...rest] = text.slice('label='.length).split('=');
    if (key === '') throw wrong(text, 'the label has no key');
    return rest.length === 0
      ? { kind: 'label', key }
      : { kind: 'label', key, value: rest.join('=') };
  }
  // The names that the engine accepts, with the slash that some of its answers have.
  const name = text.replace(/^\//, '');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    throw wrong(text, text === '' ? 'it is empty' : 'that can be no container name or ID');
  }
  return { kind: 'container', text: name };
}

function wrong(text: string, reason: string): TsgenError {
  return new TsgenError(
    'usage',
    `Cannot read the proxy selector '${text}': ${reason}. Give a container's name, its ID, or label=KEY or label=KEY=VALUE.`,
  );
}

/**
 * The container that runs the proxy, among all that are known. Only running ones count; a name
 * comes before an ID and that before the beginning of one, as the engine has it. Of several, one
 * that sees the destination, then one that is not stopping, then the newest: whoever may set labels
 * must not become the proxy by being new.
 *
 * @param seesDestination whether a container can read what is written; by default all can.
 */
export function selectProxy(
  selector: ProxySelector,
  containers: readonly RuntimeContainer[],
  seesDestination: (container: RuntimeContainer) => boolean = () => true,
): ProxySelection {
  if (selector.kind === 'first') return selectFirst(selector.of, containers, seesDestination);
  const named = matching(selector, containers);
  const running = named.filter((container) => container.status === 'running');
  const [best] = running.toSorted(
    (a, b) => Number(seesDestination(b)) - Number(seesDestination(a)) || byPreference(a, b),
  );
  if (best) {
    const fitting = running.map((container) => container.Name).sort();
    return { kind: 'selected', container: best, fitting };
  }
  const wanted = describe(selector);
  const [other] = named.toSorted(byPreference);
  return {
    kind: 'none',
    reason: other
      ? `the proxy's container '${other.Name}' is not running (${other.status})`
      : `no running container ${wanted}`,
  };
}

function selectFirst(
  selectors: readonly ProxySelector[],
  containers: readonly RuntimeContainer[],
  seesDestination: (container: RuntimeContainer) => boolean,
): ProxySelection {
  const reasons: string[] = [];
  for (const selector of selectors) {
    const selection = selectProxy(selector, containers, seesDestination);
    if (selection.kind === 'selected') return selection;
    reasons.push(selection.reason);
  }
  return { kind: 'none', reason: reasons.join('; ') };
}

/** As `--proxy` takes it; of several, what people understand. */
export function describeSelector(selector: ProxySelector): string {
  switch (selector.kind) {
    case 'container':
      return selector.text;
    case 'label':
      return `label=${labelText(selector)}`;
    case 'first':
      return selector.of.map(describeSelector).join(', else ');
  }
}

function labelText({ key, value }: Extract<ProxySelector, { kind: 'label' }>): string {
  return value === undefined ? key : `${key}=${value}`;
}

type SingleSelector = Exclude<ProxySelector, { kind: 'first' }>;

function matching(
  selector: SingleSelector,
  containers: readonly RuntimeContainer[],
): readonly RuntimeContainer[] {
  if (selector.kind === 'label') {
    const { key, value } = selector;
    return containers.filter(
      ({ Labels }) => Object.hasOwn(Labels, key) && (value === undefined || Labels[key] === value),
    );
  }
  const { text } = selector;
  const exact = [
    containers.filter((container) => container.Name === text),
    containers.filter((container) => container.ID === text),
  ].find((found) => found.length > 0);
  if (exact) return exact;
  if (!/^[0-9a-f]{6,64}$/.test(text)) return [];
  return containers.filter((container) => container.ID.startsWith(text));
}

function byPreference(a: RuntimeContainer, b: RuntimeContainer): number {
  return (
    Number(a.stopping) - Number(b.stopping) ||
    Date.parse(b.Created) - Date.parse(a.Created) ||
    (a.ID < b.ID ? -1 : 1)
  );
}

function describe(selector: SingleSelector): string {
  return selector.kind === 'container'
    ? `has the name or ID '${selector.text}'`
    : `has the label '${labelText(selector)}'`;
}
