import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

describe('--proxy that fits several containers', () => {
  it('drives the one that mounts the destination, however new the others are', async () => {
    const { engine, cli } = await aCliScene();
    const labels = { role: 'proxy' };
    const mounting = engine.addContainer({ name: 'nginx', labels });
    Object.assign(engine.container(mounting), {
      Mounts: [{ Type: 'bind', Source: cli.folder, Destination: '/etc/conf', RW: true }],
    });
    engine.addContainer({ name: 'intruder', labels });
    const args = ['--proxy', 'label=role=proxy', '--notify', 'reload'];
    const { stderr } = await cli.run(...args, 'names.hbs', 'out');
    const asked = engine.requests
      .map(({ path }) => /^\/containers\/([^/]+)\/exec$/.exec(path)?.[1])
      .filter(Boolean);
    expect(asked).toEqual([mounting]);
    expect(stderr).toContain(
      'fits several running containers (intruder, nginx): nginx is the proxy',
    );
  });
});
