import { describe, expect, it } from 'vitest';
import { addressOf, composeEnv, nextStepsLines } from './next-steps.ts';

function textOf(settings: Parameters<typeof nextStepsLines>[0], columns: number): string {
  return nextStepsLines(settings, columns)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');
}

describe('nextStepsLines', () => {
  it('puts each command beside what it does where there is room', () => {
    expect(textOf({ port: 80, project: 'tsgen-demo' }, 120)).toBe(`\
  ask it yourself     curl -i localhost/is_prime/1234
  see what tsgen did  docker compose -p tsgen-demo -f compose/nginx.yml logs tsgen
  scale as you like   docker compose -p tsgen-demo -f compose/nginx.yml up -d --no-recreate --scale web=4
  stop and remove it  make down`);
  });

  it('tells the commands what differs from the defaults, and cuts none', () => {
    expect(textOf({ port: 8080, project: 'mine', socket: '/own.sock' }, 40)).toBe(`\
ask it yourself:
  curl -i localhost:8080/is_prime/1234
see what tsgen did:
  docker compose -p mine -f compose/nginx.yml logs tsgen
scale as you like:
  PORT=8080 DOCKER_SOCKET=/own.sock docker compose -p mine -f compose/nginx.yml up -d --no-recreate --scale web=4
stop and remove it:
  make down PROJECT=mine`);
  });
});

describe('the stack', () => {
  it('is told its port and where the engine listens', () => {
    expect(composeEnv({ port: 80, project: 'p' })).toEqual({ PORT: '80' });
    expect(composeEnv({ port: 81, project: 'p', socket: '/s' })).toEqual({
      PORT: '81',
      DOCKER_SOCKET: '/s',
    });
    expect(addressOf({ port: 80, project: 'p' })).toBe('localhost');
  });
});
