import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { messageOf, TsgenError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import type { FlagValues } from '../flags.ts';
import { CONFIG_KEYS, findKey, type KnownKey } from './keys.ts';
import { lineOf } from './locate.ts';

/** One `[[config]]` block. */
export interface JobConfig {
  /** `FILE:LINE` of the block, for messages. */
  readonly where: string;
  /** As on the command line. */
  readonly flags: FlagValues;
  readonly notifyContainers: ReadonlyMap<string, number>;
}

export interface ConfigFile {
  readonly path: string;
  /** What it says for the whole process. */
  readonly flags: FlagValues;
  /** In the order of the file. */
  readonly jobs: readonly JobConfig[];
}

/**
 * Reads a configuration file: docker-gen's, and a key for every flag.
 *
 * @throws TsgenError `config` that names file, line and, for an unknown key, the nearest known one.
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new TsgenError(
      'config',
      `Cannot read the configuration file ${path}: ${messageOf(cause)}. Check the path given with --config.`,
      { cause },
    );
  }
  return parseConfig(path, text);
}

/** @throws TsgenError `config`; see `readConfigFile`. */
function parseConfig(path: string, text: string): ConfigFile {
  const reader = new Reader(path, text);
  const { config, ...top } = lowerFirst(parseToml(path, text), 'config');
  const blocks = config ?? [];
  if (!Array.isArray(blocks) || !blocks.every(isTable)) {
    throw reader.fault({ key: 'config' }, 'jobs are [[config]] blocks, with two brackets');
  }
  return {
    path,
    flags: reader.read(top, 'process').flags,
    jobs: blocks.map((block, index) => ({
      where: `${path}:${blockLine(text, index)}`,
      ...reader.read(block, 'job', index),
    })),
  };
}

type Table = Readonly<Record<string, unknown>>;

class Reader {
  readonly #path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  read(
    table: Table,
    scope: KnownKey['scope'],
    block?: number,
  ): Pick<JobConfig, 'flags' | 'notifyContainers'> {
    const flags: Record<string, unknown> = {};
    const notifyContainers = new Map<string, number>();
    const seen = new Map<KnownKey, string>();
    for (const [name, value] of Object.entries(table)) {
      const where = { key: name, ...(block === undefined ? {} : { block }) };
      const known = findKey(name);
      if (!known || known.scope !== scope) throw this.fault(where, whyUnknown(name, scope));
      const twin = seen.get(known);
      if (twin) throw this.fault(where, `it says the same as ${twin}: leave one of them out`);
      seen.set(known, name);
      if (known.type === 'signals') {
        for (const [container, signal] of this.#signals(value, where)) {
          notifyContainers.set(container, signal);
        }
      } else if (known.flag) {
        flags[known.flag] = this.#value(value, known, where);
      }
    }
    return { flags: flags as FlagValues, notifyContainers };
  }

  #value(value: unknown, { type, choices }: KnownKey, where: Where): unknown {
    switch (type) {
      case 'boolean':
        if (typeof value === 'boolean') return value;
        throw this.fault(where, `it takes true or false, not ${show(value)}`);
      case 'integer':
        if (Number.isInteger(value)) return String(value);
        throw this.fault(where, `it takes a whole number, not ${show(value)}`);
      case 'number':
        if (typeof value === 'number') return String(value);
        throw this.fault(where, `it takes a number, not ${show(value)}`);
      case 'strings':
        if (typeof value === 'string') return [value];
        if (isStrings(value)) return value;
        throw this.fault(where, `it takes a text or a list of texts, not ${show(value)}`);
      case 'filters':
        return this.#filters(value, where);
      default:
        if (typeof value !== 'string') {
          throw this.fault(where, `it takes a text in quotes, not ${show(value)}`);
        }
        if (choices && !choices.includes(value)) {
          throw this.fault(where, `it takes ${choices.join(', ')}, not ${show(value)}`);
        }
        return value;
    }
  }

  #filters(value: unknown, where: Where): readonly string[] {
    if (isStrings(value)) return value;
    if (!isTable(value)) {
      throw this.fault(
        where,
        `it takes a table such as { status = ["running"] }, not ${show(value)}`,
      );
    }
    return Object.entries(value).flatMap(([key, values]) => {
      const list = typeof values === 'string' ? [values] : values;
      if (!isStrings(list)) {
        throw this.fault(
          { ...where, key, subtable: where.key },
          `it takes a text or a list of texts, not ${show(values)}`,
        );
      }
      return list.map((one) => `${key}=${one}`);
    });
  }

  #signals(value: unknown, where: Where): readonly (readonly [string, number])[] {
    if (!isTable(value)) {
      throw this.fault(where, `it takes a table such as { nginx = 1 }, not ${show(value)}`);
    }
    return Object.entries(value).map(([container, signal]) => {
      const fits =
        typeof signal === 'number' &&
        Number.isInteger(signal) &&
        (signal === -1 || (signal >= 1 && signal <= 64));
      if (fits) return [container, signal];
      throw this.fault(
        { ...where, key: container, subtable: where.key },
        `it takes a signal from 1 to 64, or -1 for a restart, not ${show(signal)}`,
      );
    });
  }

  fault(where: Where, reason: string): TsgenError {
    const line = lineOf(this.#text, where);
    const end = reason.endsWith('?') ? '' : '.';
    return new TsgenError('config', `${this.#path}:${line}: ${where.key}: ${reason}${end}`);
  }
}

interface Where {
  readonly key: string;
  readonly block?: number;
  readonly subtable?: string;
}

function whyUnknown(name: string, scope: KnownKey['scope']): string {
  const elsewhere = findKey(name);
  if (elsewhere) {
    return elsewhere.scope === 'job'
      ? 'it belongs into a [[config]] block'
      : 'it is for the whole process: it belongs to the top of the file, before the first [[config]]';
  }
  const known = CONFIG_KEYS.filter((key) => key.scope === scope).flatMap(
    ({ key, aliases = [] }) => [key, ...aliases],
  );
  const near = nearest(name, scope === 'process' ? [...known, 'config'] : known);
  return `there is no such key${near ? `; did you mean ${near}?` : `. There are ${known.join(', ')}`}`;
}

function parseToml(path: string, text: string): Table {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [reason = ''] = cause.message.split('\n');
    throw new TsgenError('config', `${path}:${cause.line}: ${reason}.`, { cause });
  }
}

/** The table with one key of it in lower case. */
function lowerFirst(table: Table, key: string): Table {
  return Object.fromEntries(
    Object.entries(table).map(([name, value]) => [name.toLowerCase() === key ? key : name, value]),
  );
}

function blockLine(text: string, index: number): number {
  let seen = -1;
  for (const [number, line] of text.split('\n').entries()) {
    if (/^\s*\[\[\s*["']?config["']?\s*\]\]/i.test(line)) seen += 1;
    if (seen === index) return number + 1;
  }
  return 1;
}

function isTable(value: unknown): value is Table {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}
