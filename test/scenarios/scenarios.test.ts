import { describe, expect, it } from 'vitest';
import { REFERENCE } from './reference.ts';
import { GROUPS, type Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

describe('the scenarios', () => {
  const rows = Object.entries(REFERENCE).flatMap(([section, names]) =>
    names.map((name) => [section, name] as const),
  );

  it.each(rows)('show of the %s: %s', (_section, row) => {
    const showing = SCENARIOS.filter(({ covers }) => covers.includes(row));
    expect(showing.map(({ name }) => name)).not.toEqual([]);
  });

  it.each(GROUPS)('have a group %s', (group) => {
    expect(SCENARIOS.filter((scenario) => scenario.group === group)).not.toEqual([]);
  });

  it('have names of their own', () => {
    const names = SCENARIOS.map(({ group, name }) => `${group}: ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('keep out of each other where they share a proxy', () => {
    const claims = SCENARIOS.flatMap((scenario) =>
      [...new Set([...hostsOf(scenario), ...Object.keys(scenario.files ?? {})])].map(
        (claim) => `${scenario.proxy.name}: ${claim}`,
      ),
    );
    expect(claims.filter((claim, index) => claims.indexOf(claim) !== index)).toEqual([]);
  });

  it('look at something', () => {
    for (const { name, steps, limits = {} } of SCENARIOS) {
      for (const played of [{ steps }, ...Object.values(limits)]) {
        expect(played.steps, name).not.toEqual([]);
      }
    }
  });
});

/** The single hosts that its containers ask for. */
function hostsOf({ containers = {} }: Scenario): readonly string[] {
  return Object.values(containers).flatMap(({ env = {}, labels = {} }) =>
    [env.VIRTUAL_HOST, labels['tsgen.virtual-host']]
      .flatMap((hosts: string | undefined) => hosts?.split(',') ?? [])
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  );
}
