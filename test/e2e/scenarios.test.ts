import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { haproxyDriver } from '../scenarios/proxies/haproxy.ts';
import { httpdDriver } from '../scenarios/proxies/httpd.ts';
import { nginxDriver } from '../scenarios/proxies/nginx.ts';
import type { ProxyDriver } from '../scenarios/proxies/proxy-under-test.ts';
import { GROUPS } from '../scenarios/scenario.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { Stage } from '../scenarios/stage.ts';
import { Surroundings } from '../scenarios/surroundings.ts';
import { Engine } from '../support/engine.ts';
import { Pki } from '../support/pki.ts';
import { Workspace } from '../support/workspace.ts';

/** On all three they take three times as long: `make scenarios` plays them on each. */
const WANTED = (process.env.SCENARIO_PROXIES ?? 'nginx').split(',');
const DRIVERS: readonly ProxyDriver[] = [haproxyDriver, httpdDriver, nginxDriver].filter(
  ({ kind }) => WANTED.includes(kind),
);

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

  afterAll(() => stage.close());

  const due = SCENARIOS.filter((scenario) => scenario.except?.[kind] === undefined);
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
