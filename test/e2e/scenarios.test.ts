import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { nginxDriver } from '../scenarios/proxies/nginx.ts';
import type { ProxyDriver } from '../scenarios/proxies/proxy-under-test.ts';
import { GROUPS, type Scenario } from '../scenarios/scenario.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { Stage } from '../scenarios/stage.ts';
import { Surroundings } from '../scenarios/surroundings.ts';
import { Engine } from '../support/engine.ts';
import { Pki } from '../support/pki.ts';
import { Workspace } from '../support/workspace.ts';

/** Groups, and names of scenarios, that are ahead of what is built. All others have to hold. */
const AHEAD: ReadonlySet<string> = new Set([
  ...['multiports', 'networks', 'protocols', 'headers', 'auth', 'tls', 'hooks', 'logs', 'fallback'],
  ...['keepalive', 'balance', 'debug', 'acme'],
  'a host can be given as a label, which counts before the variable',
  'a label or a variable that is spelt wrong is told, with the right one',
  'what a site answers where it has no route is a status that the operator chose',
  'what a site answers where it has no route can be a redirect',
  'what a site answers where it has no route can be left to the proxy',
  'a site can be on ports of its own, and is then on no other',
  'the proxy listens on the ports that its operator chose, and on no other',
  'a container can have requests whatever its health check says',
]);

const isDue = ({ group, name }: Scenario) => !AHEAD.has(group) && !AHEAD.has(name);

const DRIVERS: readonly ProxyDriver[] = [nginxDriver];

const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let around: Surroundings;

beforeAll(async () => {
  const pki = await Pki.create(join(await workspace.folder('pki'), 'ca'));
  around = new Surroundings(workspace, inject('images'), pki);
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe.each(DRIVERS.map((driver) => [driver.kind, driver] as const))('%s', (kind, driver) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = new Stage(driver, around);
    await stage.results.clear();
    for (const scenario of SCENARIOS) {
      const reason = scenario.except?.[kind];
      if (reason !== undefined) stage.results.add(scenario, { outcome: 'does not apply', reason });
    }
  });

  afterAll(() => stage.results.save());

  const due = SCENARIOS.filter(
    (scenario) => isDue(scenario) && scenario.except?.[kind] === undefined,
  );
  const groups = GROUPS.filter((group) => due.some((scenario) => scenario.group === group));
  describe.concurrent.each(groups)('%s:', (group) => {
    const scenarios = due.filter((scenario) => scenario.group === group);
    // By `$name` a long one would be cut.
    const named = scenarios.map((scenario) => [scenario.name, scenario] as const);
    it.each(named)('%s', async (_name, scenario) => {
      await stage.play(scenario);
    });
  });
});
