import { byText } from '../base/by-text.ts';
import { foreignProblems, PROXY_FOREIGN } from './dockercloud-foreign.ts';
import type { Problem } from './model.ts';
import { proxyProblem } from './problem.ts';
import { PROXY_SETTINGS, type ProxySetting, type ProxySettings } from './proxy-settings.ts';
import type { DockercloudForm } from './setting.ts';
import { settlePorts } from './settle-ports.ts';
import { OWN_VOCABULARY, type Vocabulary } from './vocabulary.ts';

/**
 * Reads them from tsgen's environment. A value that is none is a problem, and the default takes its
 * place: the operator may mend it while everything else goes on.
 */
export function readProxySettings(
  env: Readonly<Record<string, string | undefined>>,
  { dockercloud }: Pick<Vocabulary, 'dockercloud'> = OWN_VOCABULARY,
): {
  readonly settings: ProxySettings;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const rows = Object.entries(PROXY_SETTINGS) as readonly (readonly [
    keyof ProxySettings,
    ProxySetting<unknown>,
  ])[];
  const values = rows.map(([key, row]) => {
    const found = lookUp(env, row, dockercloud);
    if (found === undefined) return [key, row.absent];
    const parsed = found.parse(found.text, '');
    if (parsed.kind === 'valid') return [key, parsed.value];
    const reason = `${parsed.reason}; the default holds until this is mended`;
    problems.push(proxyProblem(found.variable, row.isSecret ? '' : found.text, reason));
    return [key, row.absent];
  });
  const says = (variable: string) => (env[variable]?.trim() ?? '') !== '';
  const settled = settlePorts(Object.fromEntries(values) as ProxySettings, says, dockercloud);
  problems.push(...settled.problems);
  if (dockercloud) problems.push(...foreignProblems(env, PROXY_FOREIGN));
  return {
    settings: Object.freeze(settled.settings),
    problems: problems.toSorted((a, b) => byText(a.variable, b.variable)),
  };
}

function lookUp(
  env: Readonly<Record<string, string | undefined>>,
  { env: own, dockercloud: theirs, isTheirsAlone, parse }: ProxySetting<unknown>,
  dockercloud: boolean,
):
  | {
      readonly variable: string;
      readonly text: string;
      readonly parse: NonNullable<DockercloudForm<unknown>['parse']>;
    }
  | undefined {
  if (isTheirsAlone && !dockercloud) return undefined;
  const text = env[own]?.trim() ?? '';
  if (text !== '') return { variable: own, text, parse };
  const theirText = (dockercloud && theirs && env[theirs.env]?.trim()) || '';
  if (!theirs || theirText === '') return undefined;
  return { variable: theirs.env, text: theirText, parse: theirs.parse ?? parse };
}

/** What holds where nobody sets anything. */
export const DEFAULT_PROXY_SETTINGS: ProxySettings = readProxySettings({}).settings;
