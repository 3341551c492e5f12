import { describe, expect, it } from 'vitest';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { explain } from './explain.ts';

const HOST = { VIRTUAL_HOST: 'a.test' };
const explainAll = (...wishes: readonly ContainerWish[]) =>
  explain({ containers: wishes.map(aContainer), vantage: aVantage('front') }).explanations;
const explainOne = (wish: ContainerWish) => {
  const [only] = explainAll(wish);
  if (!only) throw new Error('nothing was explained');
  return only;
};

describe('the explanation of a container', () => {
  it('names each of its sites with the address', () => {
    const { routes, problems, silence } = explainOne({ env: { VIRTUAL_HOST: 'b.test,a.test' } });
    expect(routes).toEqual(
      ['a.test', 'b.test'].map((host) => ({
        kind: 'served',
        site: expect.objectContaining({ host }),
        route: expect.objectContaining({ path: '/' }),
        server: expect.objectContaining({ address: '172.18.0.2', port: 80, network: 'front' }),
      })),
    );
    expect({ problems, silence }).toEqual({ problems: [], silence: undefined });
  });

  it.each<[ContainerWish, string, RegExp]>([
    [{ health: 'unhealthy' }, 'unhealthy', /docker inspect .* web-1$/],
    [{ health: 'starting' }, 'health check still starting', /^wait/],
    [{ status: 'paused' }, 'paused', /^docker unpause web-1$/],
    [{ status: 'restarting' }, 'restarting', /docker logs web-1$/],
    [{ status: 'exited' }, 'not running (exited)', /^docker start web-1$/],
    [{ stopping: true, health: 'unhealthy' }, 'stopping', /^nothing/],
    [{ heldBack: 'drained' }, 'drained', /^tsgen undrain web-1$/],
    [{ heldBack: 'unsteady' }, 'ends again and again', /docker logs web-1$/],
    [{ heldBack: 'gone' }, 'gone', /^docker start web-1$/],
  ])('says why it gets no traffic, and what to do: %j', (wish, why, remedy) => {
    expect(explainOne({ env: HOST, ...wish })).toMatchObject({
      routes: [{ kind: 'absent', obstacle: { why, remedy: expect.stringMatching(remedy) } }],
      problems: [],
    });
  });

  it('says how to come to a network with the proxy', () => {
    const { routes, problems } = explainOne({
      env: HOST,
      networks: { back: { IP: '172.19.0.2' } },
    });
    expect(routes).toMatchObject([
      {
        kind: 'absent',
        obstacle: {
          why: expect.stringMatching(/^shares no network with the proxy/),
          remedy: 'docker network connect front web-1',
        },
      },
    ]);
    expect(problems).toHaveLength(1);
  });

  it('blames the other containers of the site for a protocol that is not theirs', () => {
    const [, young] = explainAll(
      { name: 'old', env: HOST },
      { name: 'young', created: '2026-02-01T00:00:00Z', env: { ...HOST, VIRTUAL_PROTO: 'grpc' } },
    );
    expect(young).toMatchObject({
      routes: [
        {
          kind: 'absent',
          obstacle: {
            why: 'speaks grpc, while old, which is older, speaks http',
            remedy: expect.stringContaining('VIRTUAL_PROTO=http'),
          },
        },
      ],
    });
  });

  it('has the problems of one that was left out for a value, and of that one only', () => {
    const [bad, good] = explainAll(
      { name: 'bad', env: { ...HOST, VIRTUAL_PORT: 'http' } },
      { name: 'good', env: HOST },
    );
    expect(bad).toMatchObject({ routes: [], problems: [{ variable: 'VIRTUAL_PORT' }] });
    expect(bad?.silence).toBeUndefined();
    expect(good?.problems).toEqual([]);
  });

  it.each<[ContainerWish, string, boolean]>([
    [{}, 'VIRTUAL_HOST is not set', false],
    [{ env: { VIRTUAL_HOST: ' ' } }, 'VIRTUAL_HOST is empty', true],
    [{ env: { VHOST: 'a' } }, 'VIRTUAL_HOST is not set, but VHOST is', true],
    [{ env: { VIRTUAL_HOSTNAME: 'a' } }, 'VIRTUAL_HOST is not set, but VIRTUAL_HOSTNAME is', true],
    [
      { labels: { VIRTUAL_HOST: 'a' } },
      'VIRTUAL_HOST is not set, but there is a label VIRTUAL_HOST',
      true,
    ],
  ])('tells a container that asks for nothing from a mistake: %j', (wish, why, isMistake) => {
    expect(explainOne(wish)).toMatchObject({ routes: [], silence: { why, isMistake } });
  });

  it.each(['VIRTUAL_HOSTS', 'virtual_host', 'VIRTUALHOST'])('has a problem with %s', (name) => {
    expect(explainOne({ env: { [name]: 'a' } })).toMatchObject({
      routes: [],
      problems: [{ variable: name, reason: expect.stringContaining('did you mean VIRTUAL_HOST?') }],
    });
  });
});
