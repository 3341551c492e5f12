import type { Flag } from './flags.ts';

/** A flag's description with its choices, environment variable and default, on one line. */
export function describeFlag({
  description,
  choices,
  default: fallback,
  env,
  repeat,
}: Flag): string {
  const facts = [
    ...(choices ? [choices.join(', ')] : []),
    ...(repeat ? ['repeatable'] : []),
    ...(env ? [`env ${env}`] : []),
    ...(fallback ? [`default ${fallback}`] : []),
  ];
  return facts.length > 0 ? `${description} (${facts.join(', ')})` : description;
}

/** `--name <ARGUMENT>`, or `--name` for a switch. */
export function flagSyntax({ name, argument }: Flag): string {
  return argument ? `--${name} <${argument}>` : `--${name}`;
}
