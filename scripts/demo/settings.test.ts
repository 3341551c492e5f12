import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

function parse(env: Record<string, string>, platform: NodeJS.Platform = 'linux') {
  return parseSettings({ env, platform });
}

describe('parseSettings', () => {
  it('has defaults, also for variables that are empty', () => {
    const settings = { port: 80, project: 'tsgen-demo' };
    expect(parse({})).toEqual({ ok: true, settings });
    expect(parse({ PORT: '', PROJECT: '', DOCKER_HOST: '' })).toEqual({ ok: true, settings });
  });

  it('reads the port and the project', () => {
    const settings = { port: 8080, project: 'my_demo-2' };
    expect(parse({ PORT: '8080', PROJECT: 'my_demo-2' })).toEqual({ ok: true, settings });
  });

  it.each(['0', '65536', '80a', '-1', '8 0', '1e3'])('refuses the port %j', (PORT) => {
    expect(parse({ PORT })).toMatchObject({ ok: false, reason: expect.stringContaining(PORT) });
  });

  it.each(['Demo', '-x', 'a b', '--file'])('refuses the project %j', (PROJECT) => {
    const reason = expect.stringContaining(JSON.stringify(PROJECT));
    expect(parse({ PROJECT })).toMatchObject({ ok: false, reason });
  });

  it.each(['ssh://me@there', 'tcp://10.1.2.3:2375', 'tcp://127.example.org:2375'])(
    'refuses the engine of another machine, %s',
    (DOCKER_HOST) => {
      const reason = expect.stringContaining(DOCKER_HOST);
      expect(parse({ DOCKER_HOST })).toMatchObject({ ok: false, reason });
    },
  );

  it.each(['tcp://127.0.0.1:2375', 'tcp://localhost', 'tcp://[::1]:2375'])(
    'accepts an engine on this machine, %s',
    (DOCKER_HOST) => {
      expect(parse({ DOCKER_HOST })).toMatchObject({ ok: true });
    },
  );

  it('gives the stack the socket that the engine listens on', () => {
    const DOCKER_HOST = 'unix:///run/user/1000/docker.sock';
    const socket = (env: Record<string, string>, platform?: NodeJS.Platform) => {
      const parsed = parse(env, platform);
      return parsed.ok ? parsed.settings.socket : 'refused';
    };
    expect(socket({ DOCKER_HOST })).toBe('/run/user/1000/docker.sock');
    expect(socket({ DOCKER_HOST }, 'darwin')).toBeUndefined();
    expect(socket({ DOCKER_HOST, DOCKER_SOCKET: '/own.sock' })).toBe('/own.sock');
  });
});
