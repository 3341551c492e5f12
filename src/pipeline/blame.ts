import { PROXY_SETTINGS, type ProxySettings } from '../routing/proxy-settings.ts';
import type { Outcome } from './outcome.ts';

/** nginx's words for a `$name` that no module of it and no part of its configuration defines. */
const UNKNOWN_VARIABLE = /unknown "(\w+)" variable/;

/**
 * Names the setting at fault where a proxy rejects a candidate for a variable of the operator's. It
 * is rejected as a whole, and what the proxy says names a line of the generated file alone.
 */
export function blamed(outcome: Outcome, { logFormat, defaultRoot }: ProxySettings): Outcome {
  if (outcome.kind !== 'rejected') return outcome;
  const name = UNKNOWN_VARIABLE.exec(outcome.message)?.[1];
  if (name === undefined) return outcome;
  const texts = [
    [PROXY_SETTINGS.logFormat.env, logFormat],
    [PROXY_SETTINGS.defaultRoot.env, defaultRoot.kind === 'return' ? defaultRoot.text : ''],
  ] as const;
  const at = texts
    .filter(([, text]) => new RegExp(`\\$(?:${name}(?!\\w)|\\{${name}\\})`).test(text))
    .map(([variable]) => variable);
  if (at.length === 0) return outcome;
  const advice = `$${name} stands in ${at.join(' and ')}, and the proxy knows no such variable: change or unset it.`;
  return { ...outcome, message: `${outcome.message}\n${advice}` };
}
