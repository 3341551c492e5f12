import type { Scenario } from '../scenario.ts';
import { MOVED, PLAIN } from '../setups.ts';
import { ask, problem } from '../steps.ts';

export const PORTS: readonly Scenario[] = [
  {
    group: 'ports',
    name: 'a container is asked on the only port that it exposes',
    covers: ['VIRTUAL_PORT', 'default port'],
    proxy: PLAIN,
    containers: {
      sole: { listen: 'http:3000', expose: [3000], env: { VIRTUAL_HOST: 'sole.ports.test' } },
    },
    steps: [ask('http://sole.ports.test/', { from: 'sole', asked: { port: 3000 } })],
  },
  {
    group: 'ports',
    name: 'a container that exposes several ports is asked on port 80',
    covers: ['VIRTUAL_PORT', 'default port'],
    proxy: PLAIN,
    containers: {
      several: {
        listen: 'http:80,http:81,http:8080',
        expose: [81, 8080],
        env: { VIRTUAL_HOST: 'several.ports.test' },
      },
    },
    steps: [ask('http://several.ports.test/', { from: 'several', asked: { port: 80 } })],
  },
  {
    group: 'ports',
    name: 'a container is asked on the port that it names, exposed or not',
    covers: ['VIRTUAL_PORT'],
    proxy: PLAIN,
    containers: {
      named: {
        listen: 'http:80,http:81,http:8080',
        expose: [80, 81],
        env: { VIRTUAL_HOST: 'named.ports.test', VIRTUAL_PORT: '8080' },
      },
    },
    steps: [ask('http://named.ports.test/', { from: 'named', asked: { port: 8080 } })],
  },
  {
    group: 'ports',
    name: 'containers of one host each have a port of their own, path by path',
    covers: ['VIRTUAL_PORT', 'VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      first: {
        listen: 'http:8001',
        env: { VIRTUAL_HOST: 'each.ports.test', VIRTUAL_PORT: '8001' },
      },
      second: {
        listen: 'http:8002',
        env: { VIRTUAL_HOST: 'each.ports.test', VIRTUAL_PORT: '8002', VIRTUAL_PATH: '/second' },
      },
    },
    steps: [
      ask('http://each.ports.test/', { from: 'first', asked: { port: 8001 } }),
      ask('http://each.ports.test/second', { from: 'second', asked: { port: 8002 } }),
    ],
  },
  {
    group: 'ports',
    name: 'a port that can be none leaves its own container out and no other',
    covers: ['VIRTUAL_PORT', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: {
      right: { env: { VIRTUAL_HOST: 'badport.ports.test' } },
      wrong: { env: { VIRTUAL_HOST: 'badport.ports.test', VIRTUAL_PORT: '80; evil' } },
    },
    steps: [
      problem('wrong', 'VIRTUAL_PORT'),
      ask('http://badport.ports.test/', { status: 200, from: 'right' }),
    ],
  },
  {
    group: 'ports',
    name: 'a site can be on ports of its own, and is then on no other',
    covers: ['EXTERNAL_HTTP_PORT', 'unknown host'],
    proxy: PLAIN,
    containers: {
      outer: { env: { VIRTUAL_HOST: 'outer.ports.test', EXTERNAL_HTTP_PORT: '8088' } },
    },
    steps: [
      ask('http://outer.ports.test:8088/', { status: 200, from: 'outer' }),
      ask('http://outer.ports.test/', { status: 503, from: '' }),
      ask('http://unknown.ports.test:8088/', { from: '', status: 503 }),
    ],
  },
  {
    group: 'ports',
    name: 'the proxy listens on the ports that its operator chose, and on no other',
    covers: ['HTTP_PORT', 'HTTPS_PORT'],
    proxy: MOVED,
    containers: { there: { env: { VIRTUAL_HOST: 'there.moved.test' } } },
    steps: [
      ask('http://there.moved.test:8080/', { status: 200, from: 'there' }),
      ask('https://there.moved.test:8443/', {
        status: 200,
        from: 'there',
        tls: { subject: 'default.invalid' },
      }),
      ask('http://there.moved.test:80/', { refused: 'connection' }),
      ask('https://there.moved.test:443/', { refused: 'connection' }),
    ],
  },
];
