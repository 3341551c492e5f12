import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

/** Containers of all kinds. */
async function scene() {
  const made = await aCliScene();
  const { engine } = made;
  engine.createNetwork('back');
  engine.addContainer({ name: 'plain', exposed: [] });
  engine.addContainer({ name: 'open', labels: { tier: 'web', zone: 'a' } });
  engine.addContainer({ name: 'udp', exposed: ['53/udp'], labels: { tier: 'web' } });
  engine.addContainer({ name: 'host', networkMode: 'host', networks: ['host'] });
  engine.createNetwork('inner', { internal: true });
  engine.addContainer({ name: 'inner', networks: ['inner'] });
  engine.addContainer({ name: 'sick', health: 'unhealthy', networks: ['back'], exposed: [] });
  engine.addContainer({ name: 'image', image: 'other/image:2', exposed: [] });
  const published = engine.addContainer({ name: 'published' });
  engine.container(published).NetworkSettings.Ports = {
    '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }],
  };
  engine.pause(engine.addContainer({ name: 'paused', exposed: [] }));
  engine.addContainer({ name: 'created', running: false });
  return { ...made, published };
}

const RUNNING = ['host', 'image', 'inner', 'open', 'plain', 'published', 'sick', 'udp'];

describe('container filters', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['none: what runs', [], RUNNING],
    [
      'publish and expose count as one key',
      ['-container-filter=publish=8080', '-container-filter=expose=53/udp'],
      ['published', 'udp'],
    ],
    ['a label', ['-container-filter=label=tier=web'], ['open', 'udp']],
    [
      'of several labels all',
      ['-container-filter=label=tier=web', '-container-filter=label=zone'],
      ['open'],
    ],
    [
      'of several names one, as expressions',
      ['-container-filter=name=^/?pub', '-container-filter=name=(?i)LAI'],
      ['plain', 'published'],
    ],
    ['a network', ['-container-filter=network=back'], ['sick']],
    ['health', ['-container-filter=health=unhealthy'], ['sick']],
    [
      'different keys must all fit',
      ['-container-filter=label=tier', '-container-filter=expose=1-65535'],
      ['open'],
    ],
    ['what the engine has to tell', ['-container-filter=ancestor=other/image:2'], ['image']],
  ])('%s', async (_, flags, expected) => {
    const { printed } = await scene();
    expect(await printed(...flags)).toEqual(expected);
  });

  it('an ID fits by its beginning', async () => {
    const { printed, published } = await scene();
    expect(await printed(`-container-filter=id=${published.slice(0, 12)}`)).toEqual(['published']);
  });

  it('keeps an event at one request, and the engine is asked of the changed container alone', async () => {
    const { engine, cli, names, published } = await scene();
    const args = [
      '-watch',
      '-container-filter=label=tier',
      '-container-filter=ancestor=example/web:1',
    ];
    cli.start(...args, '-only-exposed', 'names.hbs', 'out');
    await expect.poll(names).toEqual(['open']);
    engine.resetRecord();
    const late = engine.addContainer({ name: 'late', labels: { tier: 'web' }, running: false });
    engine.start(late);
    await expect.poll(names).toEqual(['late', 'open']);
    const lists = engine.requests.filter(({ path }) => path === '/containers/json');
    expect(engine.count(/^\/containers\/[^/]+\/json$/)).toBe(1);
    expect(lists.map(({ query }) => JSON.parse(query.get('filters') ?? '{}'))).toEqual([
      { ancestor: ['example/web:1'], id: [late] },
    ]);
    engine.resetRecord();
    engine.stop(published);
    engine.stop(late);
    await expect.poll(names).toEqual(['open']);
    expect(engine.requests).toEqual([]);
  });

  it('limits what is routed', async () => {
    const { engine, cli } = await aCliScene();
    const web = (name: string, tier: string) =>
      engine.addContainer({ name, labels: { tier }, env: { VIRTUAL_HOST: `${name}.example` } });
    web('in', 'web');
    web('out', 'other');
    const { stdout } = await cli.run('-container-filter=label=tier=web', 'nginx.conf.hbs');
    expect(stdout).toContain('server_name in.example');
    expect(stdout).not.toContain('out.example');
  });

  it('follows containers that come and go without running', async () => {
    const { engine, cli, names } = await aCliScene();
    cli.start('-watch', '-include-stopped', 'names.hbs', 'out');
    const web = engine.addContainer({ name: 'web' });
    await expect.poll(names).toEqual(['web']);
    const made = engine.addContainer({ name: 'made', running: false });
    engine.emit('create', made);
    await expect.poll(names).toEqual(['made', 'web']);
    engine.stop(web);
    engine.remove(made);
    await expect.poll(names).toEqual(['web']);
    engine.remove(web);
    await expect.poll(names).toEqual([]);
  });
});
