import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { type Host, parseHost } from './hosts.ts';
import type { Problem, Protocol } from './model.ts';
import { type Path, parseDest, parsePath } from './paths.ts';
import { parsePort } from './ports.ts';
import { problemOf, shorten } from './problem.ts';
import { parseProtocol } from './protocols.ts';
import type { Validated } from './validated.ts';

/** What one container asks for, every value valid. */
export interface Intent extends Path {
  /** Without duplicates. Empty: the container asks for nothing, or one of its values is invalid. */
  readonly hosts: readonly Host[];
  /** Absent: to be chosen from the ports that it exposes. */
  readonly port?: number;
  readonly dest: string;
  readonly proto: Protocol;
  readonly problems: readonly Problem[];
}

/** More hosts than this for one container are taken for a mistake, or for an attack. */
const MAX_HOSTS = 1000;

const ROOT: Path = { path: '/', pathKind: 'prefix' };
const NO_INTENT: Intent = { ...ROOT, dest: '', proto: 'http', hosts: [], problems: [] };

const intents = new WeakMap<RuntimeContainer, Intent>();

/**
 * Reads a container's `VIRTUAL_*` variables, whose meaning is nginx-proxy's. One invalid value
 * leaves the whole container out (no hosts), with a problem for each invalid value. Blank values
 * count as absent. Kept by the container's identity.
 */
export function readIntent(container: RuntimeContainer): Intent {
  const known = intents.get(container);
  if (known) return known;
  const intent = new IntentReader(container).read();
  intents.set(container, intent);
  return intent;
}

class IntentReader {
  readonly #container: RuntimeContainer;
  /** Each leaves the container out. */
  readonly #refusals: Problem[] = [];
  readonly #notes: Problem[] = [];

  constructor(container: RuntimeContainer) {
    this.#container = container;
  }

  read(): Intent {
    const hosts = this.#hosts();
    const isAsking = hosts.length > 0 || this.#refusals.length > 0;
    return isAsking ? this.#readRoute(hosts) : NO_INTENT;
  }

  #readRoute(hosts: readonly Host[]): Intent {
    const port = this.#value('VIRTUAL_PORT', parsePort);
    const path = this.#value('VIRTUAL_PATH', parsePath) ?? ROOT;
    const proto = this.#value('VIRTUAL_PROTO', parseProtocol) ?? 'http';
    const dest = this.#dest(path, proto);
    return {
      ...path,
      dest,
      proto,
      ...(port === undefined ? {} : { port }),
      hosts: this.#refusals.length > 0 ? [] : hosts,
      problems: [...this.#refusals, ...this.#notes],
    };
  }

  /** The list is split at commas first, as nginx-proxy does: a regex cannot contain one. */
  #hosts(): readonly Host[] {
    const items = this.#text('VIRTUAL_HOST')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    if (items.length > MAX_HOSTS) {
      this.#refuse('VIRTUAL_HOST', `it lists more than ${MAX_HOSTS} hosts`);
      return [];
    }
    const parsed = items.map((item) => ({ item, result: parseHost(item) }));
    const [fault, ...others] = parsed.flatMap(({ item, result }) =>
      result.kind === 'invalid' ? [`${quoted(item)}: ${result.reason}`] : [],
    );
    if (fault !== undefined) {
      const more = others.length > 0 ? `; so with ${others.length} more of its hosts` : '';
      const advice = items.some((item) => item.startsWith('~')) ? COMMA_ADVICE : '';
      this.#refuse('VIRTUAL_HOST', fault + more + advice);
    }
    const hosts = parsed.flatMap(({ result }) => (result.kind === 'valid' ? [result.value] : []));
    return [...new Map(hosts.map((host) => [host.host, host])).values()];
  }

  #dest(path: Path, proto: Protocol): string {
    const dest = this.#value('VIRTUAL_DEST', parseDest) ?? '';
    if (dest === '') return '';
    if (path.pathKind !== 'prefix') {
      this.#refuse(
        'VIRTUAL_DEST',
        'it cannot be combined with a regular expression in VIRTUAL_PATH, which has no prefix to replace',
      );
    }
    if (proto === 'http' || proto === 'https') return dest;
    // nginx-proxy ignores it silently, so there are containers about that rely on it.
    const reason = `it has no effect with VIRTUAL_PROTO ${proto} and is ignored`;
    this.#notes.push(problemOf(this.#container, 'VIRTUAL_DEST', reason));
    return '';
  }

  #value<T>(variable: string, parse: (text: string) => Validated<T>): T | undefined {
    const text = this.#text(variable);
    if (text === '') return undefined;
    const parsed = parse(text);
    if (parsed.kind === 'valid') return parsed.value;
    this.#refuse(variable, parsed.reason);
    return undefined;
  }

  #text(variable: string): string {
    return (this.#container.Env[variable] ?? '').trim();
  }

  #refuse(variable: string, reason: string): void {
    const consequence = 'the container gets no traffic until this is mended';
    this.#refusals.push(problemOf(this.#container, variable, `${reason}; ${consequence}`));
  }
}

const COMMA_ADVICE =
  ' (VIRTUAL_HOST is split at commas: a regular expression in it cannot contain one)';

function quoted(text: string): string {
  return JSON.stringify(shorten(text));
}
