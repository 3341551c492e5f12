import { FLAGS, type Flag, type FlagValues } from './flags.ts';
import type { Io } from './io.ts';

/** What the environment says of the flags whose variables stand for just that flag. */
export function environmentFlags(env: Io['env']): FlagValues {
  const values: Record<string, string | readonly string[]> = {};
  for (const flag of FLAGS as readonly Flag[]) {
    const text = flag.env && flag.envIs !== 'engine' ? env[flag.env] : undefined;
    if (!text) continue;
    values[flag.name] = flag.envIs === 'list' ? listed(text) : text;
  }
  return values as FlagValues;
}

/** What was said goes before what the environment says. */
export function withEnvironment(given: FlagValues, fromEnv: FlagValues): FlagValues {
  return { ...fromEnv, ...definedOnly(given) };
}

export function definedOnly(flags: FlagValues): FlagValues {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
