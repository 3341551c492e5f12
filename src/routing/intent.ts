import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ListedHost } from './host-list.ts';
import type { Host } from './hosts.ts';
import type { Problem, Protocol } from './model.ts';
import { type Path, pathText } from './paths.ts';
import { problemOf } from './problem.ts';
import { isHttp } from './protocols.ts';
import type { HttpsMethod } from './proxy-settings.ts';
import { readContainerSettings, type SetValue, type SetValues } from './read-settings.ts';
import type { TcpPort } from './tcp-ports.ts';
import { OWN_VOCABULARY, type Vocabulary } from './vocabulary.ts';

/** What one container asks for, every value valid. */
export interface Intent {
  /** Empty: the container asks for nothing, or one of its values keeps it out. */
  readonly wishes: readonly Wish[];
  /** Ports that are handed on as they are. */
  readonly tcp: readonly TcpWish[];
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

export interface TcpWish extends TcpPort {
  readonly variable: string;
}

const NO_WISHES: readonly Wish[] = [];
const NO_TCP: readonly TcpWish[] = [];

/** What a container's words are read with. */
export interface Reading {
  /** The same object in each call. */
  readonly vocabulary: Vocabulary;
  /** Services of Compose's that are served without asking, as `project:service`; likewise. */
  readonly additionalServices: readonly string[];
}

const OWN_READING: Reading = { vocabulary: OWN_VOCABULARY, additionalServices: [] };

const intents = new WeakMap<RuntimeContainer, { readonly by: Reading; readonly intent: Intent }>();

/**
 * Reads what a container asks for. A value that could send traffic to a wrong place leaves the
 * whole container out (no wishes), with a problem for each such value. Kept by the container's
 * identity.
 */
export function readIntent(container: RuntimeContainer, by: Reading = OWN_READING): Intent {
  const known = intents.get(container);
  if (known && isSameReading(known.by, by)) return known.intent;
  const intent = read(container, by);
  intents.set(container, { by, intent });
  return intent;
}

export function isSameReading(a: Reading, b: Reading): boolean {
  return a.vocabulary === b.vocabulary && a.additionalServices === b.additionalServices;
}

function read(container: RuntimeContainer, { vocabulary, additionalServices }: Reading): Intent {
  const { values, refusals, problems, strays } = readContainerSettings(container, vocabulary);
  const isAdditional = additionalServices.includes(composeService(container));
  const asks =
    isAdditional ||
    [values.hosts, values.multiports, values.tcpPorts].some((value) => value !== undefined);
  // What a database calls HSTS is its own business.
  const isOut = !asks && refusals.every(({ variable }) => !isHostVariable(variable));
  if (isOut) return { wishes: NO_WISHES, tcp: NO_TCP, values, problems: strays };
  const { wishes, refusals: more, notes } = readWishes(container, values, isAdditional);
  const all = [...refusals, ...more];
  const { tcpPorts } = values;
  const tcp = tcpPorts?.value.map((port) => ({ ...port, variable: tcpPorts.variable })) ?? NO_TCP;
  return {
    wishes: all.length > 0 ? NO_WISHES : wishes,
    tcp: all.length > 0 ? NO_TCP : tcp,
    values,
    problems: [...all, ...problems, ...notes, ...strays],
  };
}

function composeService({ Labels }: RuntimeContainer): string {
  const label = (name: string): string | undefined => Labels[`com.docker.compose.${name}`];
  return `${label('project') ?? ''}:${label('service') ?? ''}`;
}

function isHostVariable(variable: string): boolean {
  return /virtual[-_]host/i.test(variable);
}

interface Wishes {
  readonly wishes: readonly Wish[];
  readonly refusals: readonly Problem[];
  readonly notes: readonly Problem[];
}

function readWishes(container: RuntimeContainer, values: SetValues, isAdditional: boolean): Wishes {
  const refusals: Problem[] = [];
  const notes: Problem[] = [];
  const { multiports } = values;
  for (const phrase of multiports?.value.ignored ?? []) {
    const reason = `${phrase}; it is ignored until this is mended`;
    notes.push(problemOf(container, multiports?.variable ?? '', reason));
  }
  for (const phrase of values.hosts?.value.flatMap((host) => host.notes ?? []) ?? []) {
    notes.push(problemOf(container, values.hosts?.variable ?? '', phrase));
  }
  const wishes = rawWishes(values, isAdditional).map((wish) => ({
    ...wish,
    dest: usableDest(wish, container, refusals, notes),
  }));
  const { matchWeight } = values;
  const isExpression = wishes.some(
    ({ host, pathKind }) => host.kind === 'regex' || pathKind !== 'prefix',
  );
  if (matchWeight && wishes.length > 0 && !isExpression) {
    const reason =
      'a weight orders regular expressions: of names and prefixes the one that says most always comes first, so it changes nothing here';
    notes.push(problemOf(container, matchWeight.variable, reason));
  }
  return { wishes, refusals: distinct(refusals), notes: distinct(notes) };
}

function rawWishes(
  { hosts, multiports, port, path, dest, proto }: SetValues,
  isAdditional: boolean,
): readonly Wish[] {
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
  if (!hosts && !isAdditional) return NO_WISHES;
  const variables = {
    host: hosts?.variable ?? 'ADDITIONAL_SERVICES',
    dest: dest?.variable ?? 'VIRTUAL_DEST',
    proto: proto?.variable ?? 'VIRTUAL_PROTO',
  };
  const wish = {
    ...(port === undefined ? {} : { port: port.value }),
    dest: dest?.value ?? '',
    proto: proto?.value ?? 'http',
    variables,
  };
  const usual = path?.value ?? ROOT;
  return (hosts?.value ?? [ANY_HOST]).flatMap(({ host, kind, paths, hasBare }) => {
    const all = paths === undefined ? [usual] : hasBare === true ? [usual, ...paths] : paths;
    return withoutTwins(all).map((one) => ({ host: { host, kind }, ...one, ...wish }));
  });
}

function withoutTwins(paths: readonly Path[]): readonly Path[] {
  return [...new Map(paths.map((path) => [pathText(path), path])).values()];
}

/** Comes after all others. */
const ANY_HOST: ListedHost = { host: '~^.*$', kind: 'regex' };

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
  if (isHttp(proto)) return dest;
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
  { multiports, externalHttpPort, externalHttpsPort, hosts }: SetValues,
  scheme: 'http' | 'https',
  host: string,
): SetValue<number> | undefined {
  const own = multiports?.value.external.get(host)?.[scheme];
  if (own !== undefined && multiports) return { value: own, variable: multiports.variable };
  const set = scheme === 'http' ? externalHttpPort : externalHttpsPort;
  if (set !== undefined) return set;
  const port = listed(hosts, host)?.[scheme === 'http' ? 'httpPort' : 'httpsPort'];
  return port === undefined || !hosts ? undefined : { value: port, variable: hosts.variable };
}

/** What a container has set of HTTP beside HTTPS: the schemes may stand in the list of hosts. */
export function httpsMethod(
  { httpsMethod: set, hosts }: SetValues,
  host: string,
): SetValue<HttpsMethod> | undefined {
  if (set !== undefined) return set;
  const method = listed(hosts, host)?.method;
  return method === undefined || !hosts ? undefined : { value: method, variable: hosts.variable };
}

function listed(hosts: SetValues['hosts'], host: string): ListedHost | undefined {
  return hosts?.value.find((one) => one.host === host);
}
