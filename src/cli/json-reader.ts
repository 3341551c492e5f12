import { TsgenError } from '../base/errors.ts';
import { visible } from '../base/visible.ts';

/**
 * A value in a JSON file and the way to it, for readers that take nothing on trust: whatever has
 * another type than is asked for is a `TsgenError` of kind `config` that names file and path. What
 * is absent or null is what a Go program leaves out: '', 0, false, an empty list or map.
 */
export class JsonReader {
  readonly #file: string;
  readonly #value: unknown;
  readonly #path: string;

  constructor(file: string, value: unknown, path = '') {
    this.#file = file;
    this.#value = value;
    this.#path = path;
  }

  get isList(): boolean {
    return Array.isArray(this.#value);
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  field(name: string): JsonReader {
    const fields = this.#fields();
    return this.#at(Object.hasOwn(fields, name) ? fields[name] : undefined, name);
  }

  list(): readonly JsonReader[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.#value)) throw this.#wrong('a list');
    return this.#value.map((item, index) => this.#at(item, index));
  }

  entries(): readonly (readonly [string, JsonReader])[] {
    return Object.entries(this.#fields()).map(([key, value]) => [key, this.#at(value, key)]);
  }

  text(): string {
    if (this.isAbsent) return '';
    if (typeof this.#value !== 'string') throw this.#wrong('text');
    return this.#value;
  }

  /** Text that cannot be left out. */
  name(): string {
    if (this.text() === '') throw this.fault('must be there and not be empty');
    return this.text();
  }

  number(): number {
    if (this.isAbsent) return 0;
    if (typeof this.#value !== 'number') throw this.#wrong('a number');
    return this.#value;
  }

  flag(otherwise = false): boolean {
    if (this.isAbsent) return otherwise;
    if (typeof this.#value !== 'boolean') throw this.#wrong('true or false');
    return this.#value;
  }

  /** An error about this value. */
  fault(reason: string): TsgenError {
    const where = this.#path === '' ? 'the whole of it' : this.#path;
    return new TsgenError(
      'config',
      `Cannot read the inventory ${this.#file}: ${visible(`${where} ${reason}`)}. tsgen inventory writes such a file.`,
    );
  }

  #fields(): Readonly<Record<string, unknown>> {
    if (this.isAbsent) return {};
    if (typeof this.#value !== 'object' || Array.isArray(this.#value))
      throw this.#wrong('an object');
    return this.#value as Record<string, unknown>;
  }

  #at(value: unknown, key: string | number): JsonReader {
    const isPlain = typeof key === 'string' && /^[A-Za-z_]\w*$/.test(key);
    const step = isPlain ? `${this.#path === '' ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`;
    return new JsonReader(this.#file, value, this.#path + step);
  }

  #wrong(expected: string): TsgenError {
    return this.fault(`must be ${expected}, and is ${kindOf(this.#value)}`);
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 60))}`;
  return typeof value === 'object' ? 'an object' : String(value);
}
