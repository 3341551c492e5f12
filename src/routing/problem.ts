import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Problem } from './model.ts';

const MAX_SHOWN = 200;

export function problemOf(container: RuntimeContainer, variable: string, reason: string): Problem {
  const value = shorten(container.Env[variable] ?? '');
  return { container: { id: container.ID, name: container.Name }, variable, value, reason };
}

/** At most 200 UTF-16 units, without half a character at the end. */
export function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : text.slice(0, MAX_SHOWN).replace(/[\ud800-\udbff]$/, '');
}
