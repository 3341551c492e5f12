import { ACME } from './groups/acme.ts';
import { AUTH } from './groups/auth.ts';
import { BALANCE } from './groups/balance.ts';
import { DEBUG } from './groups/debug.ts';
import { DOCKERCLOUD } from './groups/dockercloud.ts';
import { EVENTS } from './groups/events.ts';
import { FALLBACK } from './groups/fallback.ts';
import { HEADERS } from './groups/headers.ts';
import { HOOKS } from './groups/hooks.ts';
import { HOSTS } from './groups/hosts.ts';
import { KEEPALIVE } from './groups/keepalive.ts';
import { LOAD } from './groups/load.ts';
import { LOGS } from './groups/logs.ts';
import { MULTIPORTS } from './groups/multiports.ts';
import { NETWORKS } from './groups/networks.ts';
import { PATHS } from './groups/paths.ts';
import { PORTS } from './groups/ports.ts';
import { PROTOCOLS } from './groups/protocols.ts';
import { TLS_CHOICE } from './groups/tls-choice.ts';
import { TLS_SITES } from './groups/tls-sites.ts';
import type { Scenario } from './scenario.ts';

/** All of them, by group. */
export const SCENARIOS: readonly Scenario[] = [
  ...HOSTS,
  ...PATHS,
  ...PORTS,
  ...MULTIPORTS,
  ...NETWORKS,
  ...PROTOCOLS,
  ...HEADERS,
  ...AUTH,
  ...TLS_CHOICE,
  ...TLS_SITES,
  ...HOOKS,
  ...LOGS,
  ...FALLBACK,
  ...KEEPALIVE,
  ...BALANCE,
  ...LOAD,
  ...DOCKERCLOUD,
  ...DEBUG,
  ...ACME,
  ...EVENTS,
];
