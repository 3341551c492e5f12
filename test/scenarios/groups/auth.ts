import type { Scenario } from '../scenario.ts';
import { PLAIN } from '../setups.ts';
import { sha1 } from '../sha1.ts';
import { ask, remove, write } from '../steps.ts';

const web = (host: string, path = '/') => ({ env: { VIRTUAL_HOST: host, VIRTUAL_PATH: path } });

function as(name: string, password: string): Readonly<Record<string, string>> {
  return { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

/** Lines as `openssl passwd -5` makes them: a form that crypt(3) knows, and with it every proxy. */
const ALICE = 'alice:$5$tsgen$g.jA7qZAO6dZhKHKqHZFu3QoU4Ex7Aru9mMMLCHTX8.\n';
const BOB = 'bob:$5$tsgen$VeTXMPtAvqK8clP3gKL1GlVqcabElnMpPll.N4GkbFB\n';

export const AUTH: readonly Scenario[] = [
  {
    group: 'auth',
    name: 'a site asks for a password that the operator has put there',
    covers: ['htpasswd/HOST'],
    proxy: PLAIN,
    files: { 'htpasswd/site.auth.test': ALICE, 'htpasswd/Capitals.auth.test': ALICE },
    containers: {
      site: web('site.auth.test'),
      capitals: web('Capitals.auth.test'),
      open: web('open.auth.test'),
    },
    steps: [
      ask('http://site.auth.test/', {
        status: 401,
        from: '',
        headers: { 'www-authenticate': /^Basic / },
      }),
      ask(
        { url: 'http://site.auth.test/', headers: as('alice', 'wonder') },
        { status: 200, from: 'site' },
      ),
      ask({ url: 'http://site.auth.test/', headers: as('alice', 'wrong') }, { status: 401 }),
      ask('http://capitals.auth.test/', { status: 401 }),
      ask(
        { url: 'http://capitals.auth.test/', headers: as('alice', 'wonder') },
        { status: 200, from: 'capitals' },
      ),
      ask('http://open.auth.test/', { status: 200, from: 'open' }),
    ],
  },
  {
    group: 'auth',
    name: "a path's own passwords come before the site's",
    covers: ['htpasswd/HOST_PATH', 'htpasswd/HOST'],
    proxy: PLAIN,
    files: {
      'htpasswd/path.auth.test': ALICE,
      [`htpasswd/path.auth.test_${sha1('/admin')}`]: BOB,
    },
    containers: { user: web('path.auth.test'), admin: web('path.auth.test', '/admin') },
    steps: [
      ask({ url: 'http://path.auth.test/', headers: as('alice', 'wonder') }, { from: 'user' }),
      ask({ url: 'http://path.auth.test/', headers: as('bob', 'builder') }, { status: 401 }),
      ask({ url: 'http://path.auth.test/admin', headers: as('bob', 'builder') }, { from: 'admin' }),
      ask({ url: 'http://path.auth.test/admin', headers: as('alice', 'wonder') }, { status: 401 }),
    ],
  },
  {
    group: 'auth',
    name: 'a site asks for passwords as soon as there are some, for others when they change, and for none when they go',
    covers: ['htpasswd/HOST', 'files are followed'],
    proxy: PLAIN,
    containers: { changing: web('changing.auth.test') },
    steps: [
      ask('http://changing.auth.test/', { status: 200, from: 'changing' }),
      write({ 'htpasswd/changing.auth.test': ALICE }),
      ask('http://changing.auth.test/', { status: 401 }),
      write({ 'htpasswd/changing.auth.test': BOB }),
      ask(
        { url: 'http://changing.auth.test/', headers: as('bob', 'builder') },
        { status: 200, from: 'changing' },
      ),
      ask({ url: 'http://changing.auth.test/', headers: as('alice', 'wonder') }, { status: 401 }),
      remove('htpasswd/changing.auth.test'),
      ask('http://changing.auth.test/', { status: 200, from: 'changing' }),
    ],
  },
  {
    group: 'auth',
    name: 'passwords for a regular expression lie under its hash',
    covers: ['htpasswd/HOST'],
    proxy: PLAIN,
    files: { [`htpasswd/${sha1('~^re[0-9]\\.auth\\.test$')}`]: ALICE },
    containers: { expression: web('~^re[0-9]\\.auth\\.test$') },
    steps: [
      ask('http://re1.auth.test/', { status: 401 }),
      ask({ url: 'http://re1.auth.test/', headers: as('alice', 'wonder') }, { from: 'expression' }),
    ],
  },
];
