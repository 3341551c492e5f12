import type { Problem } from './model.ts';
import { proxyProblem } from './problem.ts';
import { NO_PORT, PROXY_SETTINGS, type ProxySettings } from './proxy-settings.ts';

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Has no two of the proxy's ports be the same, nor a page of its own half asked for: whoever comes
 * later gets none, and a problem says so.
 *
 * @param says whether a variable is set to something
 */
export function settlePorts(
  wanted: ProxySettings,
  says: (variable: string) => boolean,
  dockercloud: boolean,
): { readonly settings: ProxySettings; readonly problems: readonly Problem[] } {
  const settings: Changing<ProxySettings> = { ...wanted };
  const problems = [
    ...settleSites(settings),
    ...settleStats(settings, says, dockercloud),
    ...settleMonitor(settings),
    ...settleControl(settings),
  ];
  return { settings, problems };
}

function settleSites(settings: Changing<ProxySettings>): readonly Problem[] {
  const { httpPort, httpsPort } = settings;
  if (httpPort !== httpsPort) return [];
  settings.httpPort = PROXY_SETTINGS.httpPort.absent;
  settings.httpsPort = PROXY_SETTINGS.httpsPort.absent;
  const reason = 'HTTPS_PORT is the same port; the defaults of both hold until this is mended';
  return [proxyProblem('HTTP_PORT', String(httpPort), reason)];
}

/** No page without its password, and none on a port that says something else. */
function settleStats(
  settings: Changing<ProxySettings>,
  says: (variable: string) => boolean,
  dockercloud: boolean,
): readonly Problem[] {
  const problems: Problem[] = [];
  const saysWho = says('TSGEN_STATS_AUTH') || (dockercloud && says('STATS_AUTH'));
  if (!saysWho && (dockercloud || says('TSGEN_STATS_PORT'))) {
    const reason =
      'there is no page of statistics without a password: NAME:PASSWORD has one shown, off says that none is wanted';
    problems.push(proxyProblem(dockercloud ? 'STATS_AUTH' : 'TSGEN_STATS_AUTH', '', reason));
  }
  const { httpPort, httpsPort, statsPort } = settings;
  if (settings.statsAuth !== 'off' && (statsPort === httpPort || statsPort === httpsPort)) {
    const reason = 'sites have this port: there is no page of statistics until it gets another one';
    problems.push(proxyProblem('TSGEN_STATS_PORT', String(statsPort), reason));
    settings.statsAuth = 'off';
  }
  return problems;
}

function settleMonitor(settings: Changing<ProxySettings>): readonly Problem[] {
  const problems: Problem[] = [];
  const { httpPort, statsAuth, statsPort } = settings;
  if (settings.monitorUri !== '') settings.monitorPort ||= httpPort;
  else if (settings.monitorPort !== NO_PORT) {
    const reason = 'it says where to answer, and TSGEN_MONITOR_URI what: there is no monitor';
    problems.push(proxyProblem('TSGEN_MONITOR_PORT', String(settings.monitorPort), reason));
  }
  if (statsAuth !== 'off' && settings.monitorPort === statsPort) {
    if (settings.monitorUri !== '') {
      const reason = 'it is the port of the page of statistics: there is no monitor';
      problems.push(proxyProblem('TSGEN_MONITOR_PORT', String(settings.monitorPort), reason));
    }
    settings.monitorUri = '';
  }
  return problems;
}

function settleControl(settings: Changing<ProxySettings>): readonly Problem[] {
  const { httpPort, httpsPort, statsAuth, statsPort, controlPort } = settings;
  const forClients = [
    ...[httpPort, httpsPort],
    ...(statsAuth === 'off' ? [] : [statsPort]),
    ...(settings.monitorUri === '' ? [] : [settings.monitorPort]),
  ];
  if (!forClients.includes(controlPort)) return [];
  settings.controlPort = NO_PORT;
  const reason = 'clients come in there: it is off until it is another port than theirs';
  return [proxyProblem('CONTROL_PORT', String(controlPort), reason)];
}
