import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { HAPROXY_MEMBERS } from '../proxies/haproxy-members.ts';
import { createRouter } from '../routing/build.ts';
import { NO_FILES } from '../routing/proxy-files.ts';
import { DEFAULT_PROXY_SETTINGS } from '../routing/read-proxy-settings.ts';
import { createEngine } from '../templates/engine.ts';
import { render } from './render.ts';
import { SideFiles } from './side-files.ts';

const engine = createEngine({ exists: () => false, read: () => undefined, list: () => undefined });
const template = engine.compile({
  ...{ name: 'a.hbs', text: 'runs {{revision}}\n{{Env.OWN}}\n', partials: new Map() },
});

/** For a proxy that is told of members while it runs, with lines of the operator's own. */
function rendered(own: string, ...names: readonly string[]) {
  const containers = names.map((name, index) => {
    const networks = { front: { IP: `172.18.0.${index + 2}` } };
    return aContainer({ name, networks, env: { VIRTUAL_HOST: 'app.test' } });
  });
  const vantage = aVantage('front');
  const { files, revision, generation, roster } = render(
    {
      ...{ listed: containers, routed: containers, vantage, template },
      snapshot: { containers, docker: {} as never },
      ...{ settings: DEFAULT_PROXY_SETTINGS, files: NO_FILES, now: 0 },
    },
    {
      model: createRouter()({ containers, vantage }),
      ...{ without: new Set(), sideFiles: new SideFiles('/a.conf', aLog()) },
    },
    {
      ...{ spellsModel: true, members: HAPROXY_MEMBERS, destination: '/a.conf' },
      ...{ env: { OWN: own }, keepBlankLines: false },
    },
  );
  const [, spelled] = /^runs (.*)$/m.exec(files[0].chunks.join('')) ?? [];
  return { revision, generation, roster, spelled };
}

describe('a rendering for a proxy that is told of members while it runs', () => {
  it('spells what stays when members come, and is asked for with the digest of them', () => {
    const [one, two] = [rendered('', 'a'), rendered('', 'a', 'b')];
    expect(one.revision).toBe(`${one.spelled} ${one.roster?.digest}`);
    expect(two.spelled).toBe(one.spelled);
    expect(two.revision).not.toBe(one.revision);
  });

  it('is asked for alone where lines of the operator’s own hide what the members are', () => {
    const own = 'backend b\n    default-server weight 10';
    const [one, two] = [rendered(own, 'a'), rendered(own, 'a', 'b')];
    for (const { revision, spelled, generation, roster } of [one, two]) {
      expect(roster).toBeUndefined();
      expect(revision).toBe(spelled);
      // Of a proxy that runs the one nobody can think that it runs the other.
      expect(revision).not.toBe(generation);
    }
    expect(two.revision).not.toBe(one.revision);
  });
});
