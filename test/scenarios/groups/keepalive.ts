import { expect } from 'vitest';
import type { Answered } from '../exchange.ts';
import type { Scenario } from '../scenario.ts';
import { MOVED, PLAIN } from '../setups.ts';
import { ask, askOften, problem } from '../steps.ts';

const web = (host: string, keepalive?: string) => ({
  env: { VIRTUAL_HOST: host },
  ...(keepalive === undefined
    ? {}
    : { labels: { 'com.github.nginx-proxy.nginx-proxy.keepalive': keepalive } }),
});

const REQUESTS = 12;

const connectionsOf = (answers: readonly Answered[]) =>
  new Set(answers.map(({ said }) => said?.connection)).size;

/** Each worker of a proxy has connections of its own: fewer of them than requests is the proof. */
const some = (answers: readonly Answered[]) =>
  expect(connectionsOf(answers)).toBeLessThan(REQUESTS);
const oneEach = (answers: readonly Answered[]) => expect(connectionsOf(answers)).toBe(REQUESTS);

const NONE_BY_ITSELF = {
  httpd:
    'it keeps none unless it is told how many: it would lose requests on those that a container closes',
};

export const KEEPALIVE: readonly Scenario[] = [
  {
    group: 'keepalive',
    name: 'connections to containers are kept open',
    covers: ['keepalive', 'request headers'],
    proxy: PLAIN,
    containers: { kept: web('kept.keepalive.test'), auto: web('auto.keepalive.test', 'auto') },
    steps: [
      askOften('http://auto.keepalive.test/', REQUESTS, { from: 'auto' }, some),
      askOften(
        'http://kept.keepalive.test/',
        REQUESTS,
        { from: 'kept', asked: { headers: { Connection: /^(keep-alive)?$/ } } },
        some,
      ),
    ],
    except: NONE_BY_ITSELF,
  },
  {
    group: 'keepalive',
    name: 'how many are kept open is for the container to say',
    covers: ['keepalive'],
    proxy: PLAIN,
    containers: { few: web('few.keepalive.test', '1') },
    steps: [askOften('http://few.keepalive.test/', REQUESTS, { from: 'few' }, some)],
  },
  {
    group: 'keepalive',
    name: 'a container can have a connection for each request',
    covers: ['keepalive', 'request headers'],
    proxy: PLAIN,
    containers: { closed: web('closed.keepalive.test', 'disabled') },
    steps: [
      askOften(
        'http://closed.keepalive.test/',
        REQUESTS,
        { from: 'closed', asked: { headers: { Connection: 'close' } } },
        oneEach,
      ),
    ],
  },
  {
    group: 'keepalive',
    name: 'a number that is none is told, and the usual one is taken',
    covers: ['keepalive', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: { wrong: web('wrong.keepalive.test', '3; server 192.0.2.1') },
    steps: [
      problem('wrong', 'com.github.nginx-proxy.nginx-proxy.keepalive'),
      askOften('http://wrong.keepalive.test/', REQUESTS, { from: 'wrong' }, some),
    ],
    except: NONE_BY_ITSELF,
  },
  {
    group: 'keepalive',
    name: 'traffic is the same where upstreams are called by a hash and resolvers are named',
    covers: ['SHA1_UPSTREAM_NAME', 'RESOLVERS'],
    proxy: MOVED,
    containers: { hashed: web('hashed.moved.test', '2') },
    steps: [
      askOften('http://hashed.moved.test:8080/', REQUESTS, { from: 'hashed' }, some),
      ask('http://hashed.moved.test:8080/', { status: 200, from: 'hashed' }),
    ],
  },
];
