import { expect } from 'vitest';
import { certificate } from '../certificates.ts';
import { callGrpc, overEvents, overWebSocket } from '../clients.ts';
import type { Scenario } from '../scenario.ts';
import type { Scene } from '../scene.ts';
import { CERTIFIED, HOOKED, PLAIN } from '../setups.ts';
import { ask, askOften, problem, see, spread } from '../steps.ts';

const web = (host: string, more: Readonly<Record<string, string>> = {}) => ({
  env: { VIRTUAL_HOST: host, ...more },
});

const placeOf = (scene: Scene, host: string, port = 80) => ({
  address: scene.proxy.address('main', 4),
  port,
  host,
});

export const PROTOCOLS: readonly Scenario[] = [
  {
    group: 'protocols',
    name: 'a container is asked over plain HTTP/1.1 unless it says otherwise',
    covers: ['VIRTUAL_PROTO', 'upstream protocol HTTP/1.1'],
    proxy: PLAIN,
    containers: { plain: web('plain.protocols.test') },
    steps: [ask('http://plain.protocols.test/', { from: 'plain', asked: { protocol: 'http' } })],
  },
  {
    group: 'protocols',
    name: 'WebSockets work, over plain HTTP and over TLS',
    covers: ['request headers', 'upstream protocol HTTP/1.1'],
    proxy: PLAIN,
    files: certificate('socket.protocols.test'),
    containers: { socket: web('socket.protocols.test', { HTTPS_METHOD: 'noredirect' }) },
    steps: [
      see(async (scene) => {
        const said = await overWebSocket(placeOf(scene, 'socket.protocols.test'), 'a');
        expect(said).toMatchObject({ name: 'socket', url: '/socket' });
        expect(said.headers).toMatchObject({
          upgrade: 'websocket',
          connection: expect.stringMatching(/^upgrade$/i) as string,
        });
      }),
      see(async (scene) => {
        const place = placeOf(scene, 'socket.protocols.test', 443);
        expect(await overWebSocket(place, 'b', scene.pki.ca)).toMatchObject({ name: 'socket' });
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'a container is asked over TLS, whoever signed its certificate',
    covers: ['VIRTUAL_PROTO'],
    proxy: PLAIN,
    containers: {
      secure: {
        listen: 'https:443',
        ...web('secure.protocols.test', { VIRTUAL_PROTO: 'https', VIRTUAL_PORT: '443' }),
      },
    },
    steps: [
      ask('http://secure.protocols.test/a', {
        status: 200,
        from: 'secure',
        asked: { protocol: 'https', url: '/a' },
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'gRPC calls get through to a container',
    covers: ['VIRTUAL_PROTO'],
    proxy: PLAIN,
    files: certificate('grpc.protocols.test'),
    containers: {
      remote: {
        listen: 'grpc:50051',
        ...web('grpc.protocols.test', { VIRTUAL_PROTO: 'grpc', VIRTUAL_PORT: '50051' }),
      },
    },
    steps: [
      see(async (scene) => {
        const place = placeOf(scene, 'grpc.protocols.test', 443);
        const said = await callGrpc(place, scene.pki.ca, { question: 'x'.repeat(10_000) });
        expect(said).toMatchObject({ name: 'remote', protocol: 'grpc' });
        expect(said.bodyBytes).toBeGreaterThan(10_000);
        expect(said.headers).toMatchObject({ 'x-own': 'metadata gets through' });
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'gRPC calls get through to a container that wants TLS',
    covers: ['VIRTUAL_PROTO'],
    proxy: PLAIN,
    files: certificate('grpcs.protocols.test'),
    containers: {
      remotes: {
        listen: 'grpcs:50052',
        ...web('grpcs.protocols.test', { VIRTUAL_PROTO: 'grpcs', VIRTUAL_PORT: '50052' }),
      },
    },
    steps: [
      see(async (scene) => {
        const place = placeOf(scene, 'grpcs.protocols.test', 443);
        expect(await callGrpc(place, scene.pki.ca, {})).toMatchObject({
          name: 'remotes',
          protocol: 'grpcs',
        });
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'PHP is asked over FastCGI, with its scripts where they usually are',
    covers: ['VIRTUAL_PROTO', 'VIRTUAL_ROOT'],
    proxy: PLAIN,
    containers: {
      php: {
        role: 'fastcgi',
        ...web('php.protocols.test', { VIRTUAL_PROTO: 'fastcgi', VIRTUAL_PORT: '9000' }),
      },
    },
    steps: [
      ask(
        { url: 'http://php.protocols.test/index.php?a=b', method: 'POST', body: 'twelve bytes' },
        {
          status: 200,
          from: 'php',
          asked: {
            method: 'POST',
            url: '/index.php?a=b',
            script: '/var/www/public/index.php',
            bodyBytes: 12,
          },
        },
      ),
      ask(
        { url: 'http://php.protocols.test/index.php', headers: { Proxy: 'http://evil.test' } },
        { from: 'php', asked: { headers: { proxy: '' } } },
      ),
    ],
  },
  {
    group: 'protocols',
    name: 'PHP is asked over FastCGI, with its scripts where the container says',
    covers: ['VIRTUAL_ROOT'],
    proxy: PLAIN,
    containers: {
      rooted: {
        role: 'fastcgi',
        ...web('rooted.protocols.test', {
          VIRTUAL_PROTO: 'fastcgi',
          VIRTUAL_PORT: '9000',
          VIRTUAL_ROOT: '/srv/app',
        }),
      },
    },
    steps: [
      ask('http://rooted.protocols.test/index.php', {
        status: 200,
        from: 'rooted',
        asked: { script: '/srv/app/index.php' },
      }),
    ],
  },
  {
    group: 'protocols',
    name: "FastCGI gets the operator's own parameters",
    covers: ['fastcgi.conf'],
    proxy: HOOKED,
    containers: {
      params: {
        role: 'fastcgi',
        ...web('params.hooked.test', { VIRTUAL_PROTO: 'fastcgi', VIRTUAL_PORT: '9000' }),
      },
    },
    steps: [
      ask('http://params.hooked.test/index.php', {
        from: 'params',
        asked: { url: '/from-fastcgi-conf' },
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'Python is asked over uwsgi',
    covers: ['VIRTUAL_PROTO=uwsgi'],
    proxy: PLAIN,
    containers: {
      python: {
        role: 'uwsgi',
        ...web('python.protocols.test', { VIRTUAL_PROTO: 'uwsgi', VIRTUAL_PORT: '3030' }),
      },
    },
    steps: [
      ask(
        { url: 'http://python.protocols.test/a?b=c', method: 'POST', body: 'twelve bytes' },
        {
          status: 200,
          from: 'python',
          asked: { protocol: 'uwsgi', method: 'POST', url: '/a?b=c', bodyBytes: 12 },
        },
      ),
    ],
    except: { haproxy: 'it does not speak uwsgi' },
  },
  {
    group: 'protocols',
    name: 'Python is asked over uwsgi on the port that it usually has',
    covers: ['VIRTUAL_PROTO=uwsgi'],
    proxy: PLAIN,
    containers: {
      snake: {
        role: 'uwsgi',
        ...web('snake.protocols.test', { VIRTUAL_PROTO: 'uwsgi', VIRTUAL_PORT: '3031' }),
      },
    },
    steps: [ask('http://snake.protocols.test/a', { status: 200, from: 'snake' })],
    except: {
      httpd: 'up to 2.4.69 it takes the usual port, and no other, for port 0',
      haproxy: 'it does not speak uwsgi',
    },
  },
  {
    group: 'protocols',
    name: 'containers of one host can speak different protocols, path by path',
    covers: ['VIRTUAL_PROTO', 'VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      clear: web('mixed.protocols.test'),
      hidden: {
        listen: 'https:8443',
        ...web('mixed.protocols.test', {
          VIRTUAL_PATH: '/hidden',
          VIRTUAL_PROTO: 'https',
          VIRTUAL_PORT: '8443',
        }),
      },
    },
    steps: [
      spread('http://mixed.protocols.test/', ['clear']),
      ask('http://mixed.protocols.test/hidden', {
        from: 'hidden',
        asked: { protocol: 'https', port: 8443 },
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'a protocol that is none leaves its own container out and no other',
    covers: ['VIRTUAL_PROTO', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: {
      sane: web('badproto.protocols.test'),
      odd: web('badproto.protocols.test', { VIRTUAL_PROTO: 'gopher' }),
    },
    steps: [problem('odd', 'VIRTUAL_PROTO'), spread('http://badproto.protocols.test/', ['sane'])],
  },
  {
    group: 'protocols',
    name: 'clients speak HTTP/2 where they can, whatever the container speaks',
    covers: ['http2.enable'],
    proxy: CERTIFIED,
    containers: { second: web('second.certified.test') },
    steps: [
      ask(
        { url: 'https://second.certified.test/', isHttp2: true },
        { status: 200, from: 'second', tls: { alpn: 'h2' }, asked: { protocol: 'http' } },
      ),
    ],
  },
  {
    group: 'protocols',
    name: 'an event reaches the client before the next one is there',
    covers: ['proxy defaults for bodies and time'],
    proxy: PLAIN,
    containers: { events: web('events.protocols.test') },
    steps: [
      ask('http://events.protocols.test/', { from: 'events' }),
      see(async (scene) => {
        const place = placeOf(scene, 'events.protocols.test');
        const text = await overEvents(place, '/hold/a', () =>
          scene.ask({ url: 'http://events.protocols.test/release/a' }),
        );
        expect(text).toBe('data: first\n\ndata: last\n\n');
      }),
    ],
  },
  {
    group: 'protocols',
    name: 'big answers and big requests get through whole',
    covers: ['proxy defaults for bodies and time'],
    proxy: PLAIN,
    containers: { big: web('big.protocols.test') },
    steps: [
      askOften('http://big.protocols.test/bytes/5000000', 1, { status: 200 }, ([answer]) => {
        expect(answer?.body.length).toBe(5_000_000);
      }),
      ask(
        { url: 'http://big.protocols.test/', method: 'PUT', body: 'x'.repeat(1_000_000) },
        { status: 200, asked: { method: 'PUT', bodyBytes: 1_000_000 } },
      ),
    ],
  },
  {
    group: 'protocols',
    name: 'a request that is bigger than the proxy allows by itself is refused',
    covers: ['proxy defaults for bodies and time'],
    proxy: PLAIN,
    containers: { limited: web('limited.protocols.test') },
    steps: [
      ask('http://limited.protocols.test/', { from: 'limited' }),
      ask(
        { url: 'http://limited.protocols.test/', method: 'PUT', body: 'x'.repeat(1_048_577) },
        { status: 413, from: '' },
      ),
    ],
    except: {
      httpd: 'its own limit is another one',
      haproxy: 'it has no limit of its own',
    },
  },
];
