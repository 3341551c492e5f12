import { certificate } from '../certificates.ts';
import type { Scenario } from '../scenario.ts';
import { CERTIFIED, PLAIN, STRICT } from '../setups.ts';
import { ask } from '../steps.ts';

const web = (host: string, challenge?: string) => ({
  env: {
    VIRTUAL_HOST: host,
    ...(challenge === undefined ? {} : { ACME_HTTP_CHALLENGE_LOCATION: challenge }),
  },
});

const CHALLENGE = '/.well-known/acme-challenge';

export const ACME: readonly Scenario[] = [
  {
    group: 'acme',
    name: 'a challenge is answered from a file, with a certificate and without one',
    covers: ['ACME challenges', 'ACME_HTTP_CHALLENGE_LOCATION'],
    proxy: PLAIN,
    files: { 'acme/usual': 'usual answer', ...certificate('certified.acme.test') },
    containers: { fresh: web('fresh.acme.test'), certified: web('certified.acme.test') },
    steps: [
      ask('http://fresh.acme.test/', { from: 'fresh' }),
      ask('http://certified.acme.test/', { status: 301 }),
      ask(`http://fresh.acme.test${CHALLENGE}/usual`, { status: 200, body: 'usual answer' }),
      ask(`http://certified.acme.test${CHALLENGE}/usual`, { status: 200, body: 'usual answer' }),
      ask(`http://fresh.acme.test${CHALLENGE}/none`, { status: 404, from: '' }),
    ],
  },
  {
    group: 'acme',
    name: 'neither a password nor an address keeps a challenge from being answered',
    covers: ['ACME challenges'],
    proxy: PLAIN,
    files: { 'acme/open': 'open answer', 'htpasswd/locked.acme.test': 'a:{SHA}none\n' },
    containers: {
      locked: { env: { VIRTUAL_HOST: 'locked.acme.test', NETWORK_ACCESS: 'internal' } },
    },
    steps: [
      ask('http://locked.acme.test/', { status: 401 }),
      ask(
        { url: `http://locked.acme.test${CHALLENGE}/open`, over: 'outside' },
        { status: 200, body: 'open answer' },
      ),
    ],
  },
  {
    group: 'acme',
    name: 'a challenge goes to a container that answers it itself',
    covers: ['ACME_HTTP_CHALLENGE_LOCATION'],
    proxy: PLAIN,
    files: { 'acme/own': 'not this' },
    containers: { self: web('self.acme.test', 'false') },
    steps: [
      ask(`http://self.acme.test${CHALLENGE}/own`, {
        from: 'self',
        asked: { url: `${CHALLENGE}/own` },
      }),
    ],
  },
  {
    group: 'acme',
    name: 'a challenge is answered only where HTTP is redirected, if the container wants it as it was',
    covers: ['ACME_HTTP_CHALLENGE_LOCATION'],
    proxy: PLAIN,
    files: { 'acme/legacy': 'legacy answer', ...certificate('legacy.acme.test') },
    containers: {
      legacy: web('legacy.acme.test', 'legacy'),
      bare: web('bare.acme.test', 'legacy'),
    },
    steps: [
      ask('http://legacy.acme.test/', { status: 301 }),
      ask(`http://legacy.acme.test${CHALLENGE}/legacy`, { status: 200, body: 'legacy answer' }),
      ask(`http://bare.acme.test${CHALLENGE}/legacy`, { from: 'bare' }),
    ],
  },
  {
    group: 'acme',
    name: 'the operator decides for all sites, and a container can say otherwise',
    covers: ['proxy-wide ACME_HTTP_CHALLENGE_LOCATION', 'ACME_HTTP_CHALLENGE_LOCATION'],
    proxy: STRICT,
    files: { 'acme/strict': 'strict answer' },
    containers: {
      off: { env: { VIRTUAL_HOST: 'off.strict.test', HTTPS_METHOD: 'nohttps' } },
      on: {
        env: {
          VIRTUAL_HOST: 'on.strict.test',
          HTTPS_METHOD: 'nohttps',
          ACME_HTTP_CHALLENGE_LOCATION: 'true',
        },
      },
    },
    steps: [
      ask(`http://off.strict.test${CHALLENGE}/strict`, { from: 'off' }),
      ask(`http://on.strict.test${CHALLENGE}/strict`, { status: 200, body: 'strict answer' }),
    ],
  },
  {
    group: 'acme',
    name: 'a challenge for a host that nobody asks for is answered where the operator wants it',
    covers: ['ACME_HTTP_CHALLENGE_ACCEPT_UNKNOWN_HOST'],
    proxy: CERTIFIED,
    files: { 'acme/unknown': 'answer for all' },
    containers: { somebody: web('somebody.certified.test') },
    steps: [
      ask('http://somebody.certified.test/', { status: 301 }),
      ask(`http://nobody.certified.test${CHALLENGE}/unknown`, {
        status: 200,
        body: 'answer for all',
      }),
      ask('http://nobody.certified.test/', { status: 503 }),
    ],
  },
  {
    group: 'acme',
    name: 'a challenge for a host that nobody asks for is not answered otherwise',
    covers: ['ACME_HTTP_CHALLENGE_ACCEPT_UNKNOWN_HOST'],
    proxy: PLAIN,
    files: { 'acme/hidden': 'hidden answer' },
    steps: [ask(`http://nobody.acme.test${CHALLENGE}/hidden`, { status: 503 })],
  },
];
