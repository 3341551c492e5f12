import { type BlankLines, type KeptText, keepText } from './chunks.ts';

/**
 * The texts of a template's memo blocks, by block and object. They live as long as the object and
 * the settings that they were rendered from: with another settings object all begins anew.
 */
export class KeptTexts {
  readonly #bySettings = new WeakMap<object, Map<string, WeakMap<object, KeptText>>>();

  /** Calls `render` only for what is not kept yet. */
  get(
    settings: object,
    block: number,
    object: object,
    lines: BlankLines,
    render: () => string,
  ): KeptText {
    const blocks = getOrAdd(this.#bySettings, settings, () => new Map<string, never>());
    const name = `${block} ${lines.keepBlankLines}`;
    const texts = getOrAdd(blocks, name, () => new WeakMap<object, KeptText>());
    return getOrAdd(texts, object, () => keepText(render(), lines));
  }
}

interface Store<K, V> {
  readonly get: (key: K) => V | undefined;
  readonly set: (key: K, value: V) => unknown;
}

function getOrAdd<K, V>(store: Store<K, V>, key: K, make: () => V): V {
  const found = store.get(key);
  if (found !== undefined) return found;
  const made = make();
  store.set(key, made);
  return made;
}
