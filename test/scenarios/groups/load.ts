import { expect } from 'vitest';
import type { Answered, Outcome } from '../exchange.ts';
import type { ContainerSpec, Scenario, Step } from '../scenario.ts';
import type { Scene } from '../scene.ts';
import { PLAIN } from '../setups.ts';
import {
  ask,
  askOften,
  becomeHealthy,
  becomeUnhealthy,
  problem,
  problemAbout,
  see,
  settle,
  share,
  spread,
  start,
  stop,
} from '../steps.ts';

const web = (host: string, settings: Readonly<Record<string, string>> = {}): ContainerSpec => ({
  env: { VIRTUAL_HOST: host },
  labels: Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`tsgen.${name}`, value]),
  ),
});

const times = (spec: ContainerSpec, ...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, spec]));

const sameOne = (answers: readonly Answered[]) =>
  expect(new Set(answers.map(({ said }) => said?.name)).size).toBe(1);

/** A backup that serves when it should, and then alone. */
const standsBy = (host: string): readonly Step[] => [
  spread(`http://${host}/`, ['main']),
  stop('main'),
  spread(`http://${host}/`, ['spare']),
  start('main'),
  spread(`http://${host}/`, ['main']),
];

function answered(outcome: Outcome): Answered {
  if (outcome.kind === 'refused') throw new Error(`Refused: ${outcome.reason}`);
  return outcome;
}

/** The cookie that an answer sets, as a client sends it back. */
function cookieIn({ headers }: Answered): string {
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return cookie.split(';')[0] ?? '';
}

/** A client that keeps its cookies asks until it has had so many answers, each of one container. */
async function stay(scene: Scene, url: string, cookie: string, from: string): Promise<void> {
  for (let count = 0; count < 10; count += 1) {
    const outcome = answered(await scene.ask({ url, headers: { cookie } }));
    expect(outcome.said?.name).toBe(from);
    // Some send it again with every answer.
    expect(['', cookie]).toContain(cookieIn(outcome));
  }
}

/** Comes back to whom it had first; when that one is gone, to another one, and stays there. */
function sticks(url: string, name: RegExp): Step {
  return async (scene) => {
    let first = { cookie: '', from: '' };
    const newClient = async (cookie: string) => {
      const outcome = answered(await scene.ask({ url, headers: cookie ? { cookie } : {} }));
      expect(outcome.status).toBe(200);
      expect(outcome.headers['set-cookie']?.[0]).toMatch(/; *httponly/i);
      return { cookie: cookieIn(outcome), from: outcome.said?.name ?? '' };
    };
    await see(async () => {
      first = await newClient('');
      expect(first.cookie).toMatch(name);
      await stay(scene, url, first.cookie, first.from);
    })(scene);
    const id = await scene.docker('inspect', '--format={{.Id}}', scene.container(first.from));
    expect(id).not.toContain(first.cookie.split(/[=.]/).at(-1));
    await newClient(`${first.cookie.split('=')[0]}=nobody`);
    await stop(first.from)(scene);
    await settle(scene);
    await see(async () => {
      const second = await newClient(first.cookie);
      expect(second.from).not.toBe(first.from);
      await stay(scene, url, second.cookie, second.from);
    })(scene);
  };
}

const post = (url: string, bytes: number, headers: Readonly<Record<string, string>> = {}) => ({
  ...{ url, method: 'POST', body: 'x'.repeat(bytes), headers },
});
const CHUNKED = { 'transfer-encoding': 'chunked' };

export const LOAD: readonly Scenario[] = [
  {
    group: 'load',
    name: 'a container gets as much as it weighs, and nothing with no weight',
    covers: ['weight'],
    proxy: PLAIN,
    containers: {
      heavy: web('weight.load.test', { weight: '3' }),
      light: web('weight.load.test'),
      none: web('weight.load.test', { weight: '0' }),
    },
    steps: [share('http://weight.load.test/', { heavy: 60, light: 20, none: 0 })],
  },
  {
    group: 'load',
    name: 'backups serve while no other container does',
    covers: ['backup'],
    proxy: PLAIN,
    containers: {
      main: web('backup.load.test'),
      ...times(web('backup.load.test', { backup: 'true' }), 'spare', 'second'),
    },
    steps: [
      spread('http://backup.load.test/', ['main']),
      stop('main'),
      spread('http://backup.load.test/', ['spare', 'second']),
      start('main'),
      spread('http://backup.load.test/', ['main']),
    ],
  },
  {
    group: 'load',
    name: 'a backup stands by where clients stay with their container',
    covers: ['backup', 'balance by name'],
    proxy: PLAIN,
    containers: {
      main: web('hashed.load.test', { balance: 'source' }),
      spare: web('hashed.load.test', { backup: 'true' }),
    },
    steps: standsBy('hashed.load.test'),
    limits: {
      nginx: {
        reason: 'it has no backup there, and serves by it only when the others have stopped',
        steps: [
          problemAbout('hashed.load.test', 'no backup where it chooses by client'),
          ...standsBy('hashed.load.test'),
        ],
      },
      httpd: {
        reason: 'it has no balancing by client',
        steps: [
          problem('main', 'tsgen.balance', /by the client's address/),
          ...standsBy('hashed.load.test'),
        ],
      },
    },
  },
  {
    group: 'load',
    name: 'an address stays with its container, by a name that all proxies share',
    covers: ['balance by name'],
    proxy: PLAIN,
    containers: times(web('uri.load.test', { balance: 'uri' }), 'b1', 'b2', 'b3'),
    steps: [askOften('http://uri.load.test/a?b', 24, { from: ['b1', 'b2', 'b3'] }, sameOne)],
    limits: {
      httpd: {
        reason: 'it has no balancing by address',
        steps: [
          problem('b1', 'tsgen.balance', /by a hash/),
          spread('http://uri.load.test/', ['b1', 'b2', 'b3']),
        ],
      },
    },
  },
  {
    group: 'load',
    name: 'the container with the least traffic comes first',
    covers: ['balance by name'],
    proxy: PLAIN,
    containers: times(web('traffic.load.test', { balance: 'least-traffic' }), 'b1', 'b2'),
    steps: [spread('http://traffic.load.test/', ['b1', 'b2'])],
    limits: Object.fromEntries(
      (['nginx', 'haproxy'] as const).map((kind) => [
        kind,
        {
          reason: 'it does not choose by traffic',
          steps: [
            problem('b1', 'tsgen.balance', /by its traffic: requests go round/),
            spread('http://traffic.load.test/', ['b1', 'b2']),
          ],
        },
      ]),
    ),
  },
  {
    group: 'load',
    name: 'a client comes back to its container by a cookie, and to another one when that is gone',
    covers: ['sticky'],
    proxy: PLAIN,
    containers: {
      ...times(web('sticky.load.test', { sticky: 'SRV' }), 'b1', 'b2', 'b3'),
      ...times(web('own.sticky.load.test', { sticky: 'true' }), 'c1', 'c2'),
    },
    steps: [
      sticks('http://sticky.load.test/', /^SRV=\.?[0-9a-f]{16}$/),
      sticks('http://own.sticky.load.test/', /^tsgen_[0-9a-f]{8}=\.?[0-9a-f]{16}$/),
    ],
  },
  {
    group: 'load',
    name: 'a body over the limit is refused, and one within it is not',
    covers: ['body-limit'],
    proxy: PLAIN,
    containers: {
      small: web('body.load.test', { 'body-limit': '1k' }),
      deep: {
        env: { VIRTUAL_HOST: 'body.load.test', VIRTUAL_PATH: '/deep' },
        labels: { 'tsgen.body-limit': 'off' },
      },
    },
    steps: [
      ask(post('http://body.load.test/', 1025), { status: 413, from: '' }),
      ask(post('http://body.load.test/', 1024), { from: 'small', asked: { bodyBytes: 1024 } }),
      ask(post('http://body.load.test/', 1024, CHUNKED), { from: 'small' }),
      ask(post('http://body.load.test/', 1025, CHUNKED), { status: 413, from: '' }),
      ask(post('http://body.load.test/deep', 1_500_000), { from: 'deep' }),
      ask(post('http://body.load.test/deep', 1_500_000, CHUNKED), { from: 'deep' }),
      ask('http://body.load.test/', { from: 'small' }),
    ],
    limits: {
      httpd: {
        reason: 'it does not count what comes in chunks, and wants the length told: 411',
        steps: [
          ask(post('http://body.load.test/', 1025), { status: 413, from: '' }),
          ask(post('http://body.load.test/', 1024), { from: 'small', asked: { bodyBytes: 1024 } }),
          ask(post('http://body.load.test/', 10, CHUNKED), { status: 411, from: '' }),
          ask(post('http://body.load.test/deep', 1_500_000), { from: 'deep' }),
          ask(post('http://body.load.test/deep', 1_500_000, CHUNKED), { from: 'deep' }),
          ask('http://body.load.test/', { from: 'small' }),
        ],
      },
    },
  },
  {
    group: 'load',
    name: 'who waits too long for a container is told so',
    covers: ['server-timeout'],
    proxy: PLAIN,
    containers: {
      ...times(web('slow.load.test', { 'server-timeout': '1s' }), 's1', 's2'),
    },
    steps: [
      ask('http://slow.load.test/silent', { status: 504, from: '' }),
      ask('http://slow.load.test/', { from: ['s1', 's2'] }),
    ],
    limits: {
      httpd: {
        reason: 'its status for it is 502',
        steps: [
          ask('http://slow.load.test/silent', { status: 502, from: '' }),
          ask('http://slow.load.test/', { from: ['s1', 's2'] }),
        ],
      },
    },
  },
  {
    group: 'load',
    name: 'a container that fails its check gets nothing until it passes again',
    covers: ['health-check'],
    proxy: PLAIN,
    containers: times(
      web('checked.load.test', { 'health-check': '/healthy interval=300ms rise=1 fall=1' }),
      'b1',
      'b2',
    ),
    steps: [
      ask('http://checked.load.test/', { status: 503, from: '' }),
      becomeHealthy('b1'),
      spread('http://checked.load.test/', ['b1']),
      becomeHealthy('b2'),
      spread('http://checked.load.test/', ['b1', 'b2']),
      becomeUnhealthy('b1'),
      spread('http://checked.load.test/', ['b2']),
    ],
    limits: {
      nginx: {
        reason: 'it has no active checks',
        steps: [
          problem('b1', 'tsgen.health-check', /no active checks/),
          spread('http://checked.load.test/', ['b1', 'b2']),
        ],
      },
    },
  },
];
