import { certificate } from '../certificates.ts';
import type { Scenario } from '../scenario.ts';
import { PLAIN } from '../setups.ts';
import { ask, problem, spread } from '../steps.ts';

export const MULTIPORTS: readonly Scenario[] = [
  {
    group: 'multiports',
    name: 'one container serves several hosts, each on a port of its own',
    covers: ['VIRTUAL_HOST_MULTIPORTS'],
    proxy: PLAIN,
    containers: {
      multi: {
        listen: 'http:80,http:90',
        env: {
          VIRTUAL_HOST_MULTIPORTS: [
            'a.multi.test:',
            '  "/":',
            '    port: 80',
            'b.multi.test:',
            '  "/":',
            '    port: 90',
          ].join('\n'),
        },
      },
    },
    steps: [
      ask('http://a.multi.test/', { from: 'multi', asked: { port: 80 } }),
      ask('http://b.multi.test/', { from: 'multi', asked: { port: 90 } }),
    ],
  },
  {
    group: 'multiports',
    name: 'it can be written in JSON, with paths, protocols and destinations',
    covers: ['VIRTUAL_HOST_MULTIPORTS'],
    proxy: PLAIN,
    containers: {
      json: {
        listen: 'http:80,http:8001,https:8443',
        env: {
          VIRTUAL_HOST_MULTIPORTS: JSON.stringify({
            'json.multi.test': {
              '/': {},
              '/api/': { port: 8001, dest: '/v1/' },
              '/safe': { port: 8443, proto: 'https' },
            },
          }),
        },
      },
    },
    steps: [
      ask('http://json.multi.test/', { from: 'json', asked: { port: 80 } }),
      ask('http://json.multi.test/api/x', { from: 'json', asked: { port: 8001, url: '/v1/x' } }),
      ask('http://json.multi.test/safe', {
        from: 'json',
        asked: { port: 8443, protocol: 'https' },
      }),
    ],
  },
  {
    group: 'multiports',
    name: 'it takes the place of the variables for one port',
    covers: ['VIRTUAL_HOST_MULTIPORTS'],
    proxy: PLAIN,
    containers: {
      over: {
        listen: 'http:80,http:81',
        env: {
          VIRTUAL_HOST: 'under.multi.test',
          VIRTUAL_PORT: '80',
          VIRTUAL_PATH: '/under',
          VIRTUAL_HOST_MULTIPORTS: 'over.multi.test: { "/": { port: 81 } }',
        },
      },
    },
    steps: [
      ask('http://over.multi.test/', { from: 'over', asked: { port: 81 } }),
      ask('http://under.multi.test/under', { status: 503, from: '' }),
    ],
  },
  {
    group: 'multiports',
    name: 'a host without paths is served as a whole, on the usual port',
    covers: ['VIRTUAL_HOST_MULTIPORTS', 'default port'],
    proxy: PLAIN,
    containers: {
      bare: {
        listen: 'http:3000',
        expose: [3000],
        env: { VIRTUAL_HOST_MULTIPORTS: 'bare.multi.test:' },
      },
    },
    steps: [ask('http://bare.multi.test/x', { from: 'bare', asked: { port: 3000 } })],
  },
  {
    group: 'multiports',
    name: 'its hosts can have ports of their own on the proxy',
    covers: ['VIRTUAL_HOST_MULTIPORTS', 'EXTERNAL_HTTP_PORT', 'EXTERNAL_HTTPS_PORT'],
    proxy: PLAIN,
    files: certificate('ported.multi.test'),
    containers: {
      external: {
        env: {
          HTTPS_METHOD: 'noredirect',
          VIRTUAL_HOST_MULTIPORTS: [
            'ported.multi.test:',
            '  external_http_port: 8089',
            '  external_https_port: 8449',
            '  "/":',
            '    port: 80',
          ].join('\n'),
        },
      },
    },
    steps: [
      ask('http://ported.multi.test:8089/', { from: 'external' }),
      ask('https://ported.multi.test:8449/', { from: 'external', tls: { isTrusted: true } }),
      ask('http://ported.multi.test/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'multiports',
    name: 'it joins what others ask for in the usual way',
    covers: ['VIRTUAL_HOST_MULTIPORTS', 'VIRTUAL_PATH'],
    proxy: PLAIN,
    containers: {
      usual: { env: { VIRTUAL_HOST: 'joined.multi.test' } },
      joining: {
        listen: 'http:81,http:82',
        env: {
          VIRTUAL_HOST_MULTIPORTS: 'joined.multi.test: { "/": { port: 81 }, "/own": { port: 82 } }',
        },
      },
    },
    steps: [
      spread('http://joined.multi.test/', ['usual', 'joining']),
      ask('http://joined.multi.test/own', { from: 'joining', asked: { port: 82 } }),
    ],
  },
  {
    group: 'multiports',
    name: 'a key that is no path does not keep the others from being served',
    covers: ['VIRTUAL_HOST_MULTIPORTS'],
    proxy: PLAIN,
    containers: {
      keyed: {
        env: { VIRTUAL_HOST_MULTIPORTS: 'keyed.multi.test: { "/": { port: 80 }, note: "mine" }' },
      },
    },
    steps: [ask('http://keyed.multi.test/', { status: 200, from: 'keyed' })],
  },
  {
    group: 'multiports',
    name: 'what cannot be read leaves its own container out and no other',
    covers: ['VIRTUAL_HOST_MULTIPORTS', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: {
      broken: {
        env: { VIRTUAL_HOST_MULTIPORTS: 'broken.multi.test: [', VIRTUAL_HOST: 'broken.multi.test' },
      },
      whole: { env: { VIRTUAL_HOST_MULTIPORTS: '{"whole.multi.test": {"/": {"port": 80}}}' } },
    },
    steps: [
      problem('broken', 'VIRTUAL_HOST_MULTIPORTS'),
      ask('http://whole.multi.test/', { status: 200, from: 'whole' }),
      ask('http://broken.multi.test/', { status: 503, from: '' }),
    ],
  },
];
