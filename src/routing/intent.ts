import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Host } from './hosts.ts';
import type { Problem, Protocol } from './model.ts';
import type { Path } from './paths.ts';
import { problemOf } from './problem.ts';
import { readContainerSettings, type SetValue, type SetValues } from './read-settings.ts';

/** What one container asks for, every value valid. */
export interface Intent {
  /** Empty: the container asks for nothing, or one of its values keeps it out. */
  readonly wishes: readonly Wish[];
  /** All else that it has set. */
  readonly values: SetValues;
  readonly problems: readonly Problem[];
}

/** One path of one host. */
export interface Wish extends Path {
  readonly host: Host;
  /** Absent: to be chosen from the ports that the container exposes. */
  readonly port?: number;
  readonly dest: string;
  readonly proto: Protocol;
  /** Where host and path were named, and where the others would be. */
  readonly variables: { readonly host: string; readonly dest: string; readonly proto: string };
}

const NO_WISHES: readonly Wish[] = [];

const intents = new WeakMap<RuntimeContainer, Intent>();

/**
 * Reads what a container asks for. A value that could send traffic to a wrong place leaves the
 * whole container out (no wishes), with a problem for each such value. Kept by the container's
 * identity.
 */
export function readIntent(container: RuntimeContainer): Intent {
  const known = intents.get(container);
  if (known) return known;
  const intent = read(container);
  intents.set(container, intent);
  return intent;
}

function read(container: RuntimeContainer): Intent {
  const { values, refusals, problems, strays } = readContainerSettings(container);
  const asks = [values.hosts, values.multiports].some((value) => value !== undefined);
  // What a database calls HSTS is its own business.
  const isOut = !asks && refusals.every(({ variable }) => !isHostVariable(variable));
  if (isOut) return { wishes: NO_WISHES, values, problems: strays };
  const { wishes, refusals: more, notes } = readWishes(container, values);
  const all = [...refusals, ...more];
  return {
    wishes: all.length > 0 ? NO_WISHES : wishes,
    values,
    problems: [...all, ...problems, ...notes, ...strays],
  };
}

function isHostVariable(variable: string): boolean {
  return /virtual[-_]host/i.test(variable);
}

interface Wishes {
  readonly wishes: readonly Wish[];
  readonly refusals: readonly Problem[];
  readonly notes: readonly Problem[];
}

function readWishes(container: RuntimeContainer, values: SetValues): Wishes {
  const refusals: Problem[] = [];
  const notes: Problem[] = [];
  const { multiports } = values;
  for (const phrase of multiports?.value.ignored ?? []) {
    const reason = `${phrase}; it is ignored until this is mended`;
    notes.push(problemOf(container, multiports?.variable ?? '', reason));
  }
  const wishes = rawWishes(values).map((wish) => ({
    ...wish,
    dest: usableDest(wish, container, refusals, notes),
  }));
  return { wishes, refusals: distinct(refusals), notes: distinct(notes) };
}

function rawWishes({ hosts, multiports, port, path, dest, proto }: SetValues): readonly Wish[] {
  if (multiports) {
    const { variable } = multiports;
    const variables = { host: variable, dest: variable, proto: variable };
    return multiports.value.routes.map((route) => ({
      ...route,
      dest: route.dest ?? '',
      proto: route.proto ?? 'http',
      variables,
    }));
  }
  if (!hosts) return NO_WISHES;
  const variables = {
    host: hosts.variable,
    dest: dest?.variable ?? 'VIRTUAL_DEST',
    proto: proto?.variable ?? 'VIRTUAL_PROTO',
  };
  return hosts.value.map((host) => ({
    host,
    ...(path?.value ?? ROOT),
    ...(port === undefined ? {} : { port: port.value }),
    dest: dest?.value ?? '',
    proto: proto?.value ?? 'http',
    variables,
  }));
}

const ROOT: Path = { path: '/', pathKind: 'prefix' };

function usableDest(
  { dest, pathKind, proto, variables }: Wish,
  container: RuntimeContainer,
  refusals: Problem[],
  notes: Problem[],
): string {
  if (dest === '') return '';
  if (pathKind !== 'prefix') {
    const why =
      'a destination cannot be combined with a regular expression as path, which has no prefix to replace';
    const consequence = 'the container gets no traffic until this is mended';
    refusals.push(problemOf(container, variables.dest, `${why}; ${consequence}`));
  }
  if (proto === 'http' || proto === 'https') return dest;
  // nginx-proxy ignores it silently, so there are containers about that rely on it.
  const reason = `a destination has no effect with ${proto} and is ignored`;
  notes.push(problemOf(container, variables.dest, reason));
  return '';
}

/** One container, so variable and reason say all. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.variable}\0${one.reason}`, one])).values()];
}

/** What a container has set for a site of its own: its external ports may stand in the multiports. */
export function externalPort(
  { multiports, externalHttpPort, externalHttpsPort }: SetValues,
  scheme: 'http' | 'https',
  host: string,
): SetValue<number> | undefined {
  const own = multiports?.value.external.get(host)?.[scheme];
  if (own !== undefined && multiports) return { value: own, variable: multiports.variable };
  return scheme === 'http' ? externalHttpPort : externalHttpsPort;
}
