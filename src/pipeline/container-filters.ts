import { TsgenError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Filters } from '../docker/api.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { isInRange, type PortRange, parsePortRange } from './ports.ts';

type Matches = (container: RuntimeContainer) => boolean;

/** Container filters, taken apart by who can tell whether a container fits. */
export interface ContainerFilters {
  /** Whether what is known of a container fits, its status aside. */
  readonly fits: Matches;
  /** The statuses that were asked for; `undefined` when none was. */
  readonly statuses?: ReadonlySet<string>;
  /** What only the engine can tell. */
  readonly byEngine: Filters;
}

const STATUSES = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];
const HEALTH = ['starting', 'healthy', 'unhealthy', 'none'];
/** Of `GET /containers/json`. */
const BY_ENGINE = ['ancestor', 'before', 'exited', 'isolation', 'is-task', 'since', 'volume'];
const KNOWN = [
  'expose',
  'health',
  'id',
  'label',
  'name',
  'network',
  'publish',
  'status',
  ...BY_ENGINE,
];

/**
 * Filters of `docker ps` with the engine's meaning: different keys must all fit; of the values of
 * one key one is enough, but for labels, of which all must; `publish` and `expose` count as one key.
 *
 * @throws TsgenError `usage` for a key or a value that the engine would not understand.
 */
export function readContainerFilters(filters: Filters): ContainerFilters {
  const tests: Matches[] = [];
  const byEngine: Record<string, readonly string[]> = {};
  let statuses: ReadonlySet<string> | undefined;
  for (const [key, values] of Object.entries(filters)) {
    switch (key) {
      case 'publish':
      case 'expose':
        break;
      case 'status':
        statuses = new Set(values.map((value) => oneOf(key, value, STATUSES)));
        break;
      case 'health': {
        const wanted = new Set(values.map((value) => oneOf(key, value, HEALTH)));
        tests.push(({ State }) => wanted.has(State.Health.Status || 'none'));
        break;
      }
      case 'label':
        tests.push(...values.map(labelTest));
        break;
      case 'name':
        // The engine looks at the name with and without its slash.
        tests.push(
          anyOf(values, (value) => {
            const fits = textTest(key, value);
            return ({ Name }) => fits(Name) || fits(`/${Name}`);
          }),
        );
        break;
      case 'id':
        // An ID in full or its beginning: the engine reads no expression in it.
        tests.push(({ ID }) => values.some((value) => ID.startsWith(value)));
        break;
      case 'network':
        tests.push(({ Networks }) => Networks.some(({ Name }) => values.includes(Name)));
        break;
      default:
        if (!BY_ENGINE.includes(key)) throw unknownKey(key);
        byEngine[key] = values;
    }
  }
  const ports = portTest(filters);
  if (ports) tests.push(ports);
  return {
    fits: (container) => tests.every((test) => test(container)),
    byEngine,
    ...(statuses ? { statuses } : {}),
  };
}

function portTest({ publish = [], expose = [] }: Filters): Matches | undefined {
  if (publish.length + expose.length === 0) return undefined;
  const published = publish.map((value) => parsePortRange('publish', value));
  const exposed = expose.map((value) => parsePortRange('expose', value));
  const has = (ranges: readonly PortRange[], port: string, proto: string) =>
    ranges.some((range) => isInRange(port, proto, range));
  return (container) =>
    hasPortsOfItsOwn(container) &&
    container.Addresses.some(
      ({ Port, HostPort, Proto }) => has(published, HostPort, Proto) || has(exposed, Port, Proto),
    );
}

/**
 * For others the engine lists no ports: those that do not run, that use the network of the host or
 * of another container, or that are on internal networks only (seen with Engine 20.10).
 */
function hasPortsOfItsOwn({ State, NetworkMode, Networks }: RuntimeContainer): boolean {
  return (
    State.Running &&
    !/^(?:host|none|container:.*)$/.test(NetworkMode) &&
    Networks.some(({ Internal }) => !Internal)
  );
}

function labelTest(filter: string): Matches {
  const at = filter.indexOf('=');
  if (at < 0) return ({ Labels }) => Object.hasOwn(Labels, filter);
  const [key, value] = [filter.slice(0, at), filter.slice(at + 1)];
  return ({ Labels }) => Object.hasOwn(Labels, key) && Labels[key] === value;
}

function anyOf(values: readonly string[], test: (value: string) => Matches): Matches {
  const tests = values.map(test);
  return (container) => tests.some((fits) => fits(container));
}

/** The text itself, or an expression that is found anywhere in it. */
function textTest(key: string, value: string): (text: string) => boolean {
  try {
    const ignoreCase = value.startsWith('(?i)');
    const pattern = new RegExp(ignoreCase ? value.slice(4) : value, ignoreCase ? 'i' : '');
    return (text) => text === value || pattern.test(text);
  } catch (cause) {
    throw new TsgenError(
      'usage',
      `The container filter ${key}=${value} is no regular expression. Put a backslash before characters that stand for themselves.`,
      { cause },
    );
  }
}

function oneOf(key: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw new TsgenError(
    'usage',
    `The container filter ${key}=${value} can never fit: the engine knows ${known.join(', ')}.`,
  );
}

function unknownKey(key: string): TsgenError {
  const near = nearest(key, KNOWN);
  const meant = near ? `Did you mean ${near}? ` : '';
  return new TsgenError(
    'usage',
    `There is no container filter '${key}'. ${meant}There are ${KNOWN.toSorted().join(', ')}.`,
  );
}
