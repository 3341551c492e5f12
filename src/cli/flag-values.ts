import { FLAGS, type Flag, type FlagValues } from './flags.ts';
import type { Io } from './io.ts';

/** What the environment says of the flags whose variables stand for just that flag. */
export function environmentFlags(env: Io['env']): FlagValues {
  const values: Record<string, string | boolean | readonly string[]> = {};
  for (const flag of FLAGS as readonly Flag[]) {
    const text = flag.env && flag.envIs !== 'engine' ? env[flag.env] : undefined;
    if (!text) continue;
    values[flag.name] = flag.argument === undefined ? isYes(text) : read(text, flag.envIs);
  }
  return values as FlagValues;
}

/** Of a switch. A word that is none does not switch it on. */
function isYes(text: string): boolean {
  return /^(?:1|t|true|yes|on)$/i.test(text.trim());
}

function read(text: string, as: Flag['envIs']): string | readonly string[] {
  switch (as) {
    case 'list':
      return listed(text);
    case 'label':
      return `label=${text}`;
    default:
      return text;
  }
}

/**
 * What was said goes before what the environment says; that there is a proxy in another container is
 * not asked of it where one is to run here.
 */
export function withEnvironment(given: FlagValues, fromEnv: FlagValues): FlagValues {
  const { proxy, ...others } = fromEnv;
  const elsewhere = given.exec === undefined && proxy !== undefined ? { proxy } : {};
  return { ...others, ...elsewhere, ...definedOnly(given) };
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
