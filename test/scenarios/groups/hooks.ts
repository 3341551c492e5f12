import { expect } from 'vitest';
import type { Scenario } from '../scenario.ts';
import { HOOKED, locationHeader, PLAIN, SPOILT, sitePage } from '../setups.ts';
import { sha1 } from '../sha1.ts';
import { ask, logged, remove, see, start, write } from '../steps.ts';

const web = (host: string, path = '/') => ({ env: { VIRTUAL_HOST: host, VIRTUAL_PATH: path } });

/** Files with which operators of nginx go beyond what containers can ask for. */
export const HOOKS: readonly Scenario[] = [
  {
    group: 'hooks',
    name: "a file called as a host becomes part of its server, the default one of everybody else's",
    covers: ['vhost.d/HOST', 'vhost.d/default'],
    proxy: HOOKED,
    files: { 'vhost.d/own.hooked.test': sitePage('own') },
    containers: { own: web('own.hooked.test'), other: web('other.hooked.test') },
    steps: [
      ask('http://own.hooked.test/site', { status: 200, body: 'own' }),
      ask('http://own.hooked.test/', { from: 'own' }),
      ask('http://other.hooked.test/site', { status: 200, body: 'site default' }),
    ],
  },
  {
    group: 'hooks',
    name: 'of the files for a location that of the path comes first, then that of the host, then the default one',
    covers: ['vhost.d/HOST_PATH_location', 'vhost.d/HOST_location', 'vhost.d/default_location'],
    proxy: HOOKED,
    files: {
      'vhost.d/places.hooked.test_location': locationHeader('host'),
      [`vhost.d/places.hooked.test_${sha1('/path')}_location`]: locationHeader('path'),
    },
    containers: {
      root: web('places.hooked.test'),
      path: web('places.hooked.test', '/path'),
      elsewhere: web('elsewhere.hooked.test'),
    },
    steps: [
      ask('http://places.hooked.test/', { from: 'root', headers: { 'x-location': 'host' } }),
      ask('http://places.hooked.test/path', { from: 'path', headers: { 'x-location': 'path' } }),
      ask('http://elsewhere.hooked.test/', {
        from: 'elsewhere',
        headers: { 'x-location': 'default' },
      }),
    ],
  },
  {
    group: 'hooks',
    name: 'a file takes the place of one location, and the others stay',
    covers: ['vhost.d/HOST_PATH_location_override'],
    proxy: PLAIN,
    files: {
      [`vhost.d/instead.hooks.test_${sha1('/gone')}_location_override`]: {
        nginx: 'location /gone { return 410 "instead"; }\n',
        httpd: 'RedirectMatch 410 "^/gone"\nProxyPassMatch "^/gone" "!"\n',
        haproxy: 'http-request return status 410\n',
      },
    },
    containers: { stays: web('instead.hooks.test'), gone: web('instead.hooks.test', '/gone') },
    steps: [
      ask('http://instead.hooks.test/gone', { status: 410, from: '' }),
      ask('http://instead.hooks.test/', { status: 200, from: 'stays' }),
    ],
  },
  {
    group: 'hooks',
    name: "a file takes the place of a host's location for /",
    covers: ['vhost.d/HOST_location_override'],
    proxy: PLAIN,
    files: {
      'vhost.d/rootless.hooks.test_location_override': {
        nginx: 'location / { return 410 "rootless"; }\n',
        httpd: 'RedirectMatch 410 "^/"\n',
        haproxy: 'http-request return status 410\n',
      },
    },
    containers: {
      rootless: web('rootless.hooks.test'),
      beside: web('rootless.hooks.test', '/beside'),
    },
    steps: [
      ask('http://rootless.hooks.test/', { status: 410, from: '' }),
      ask('http://rootless.hooks.test/beside', { status: 200, from: 'beside' }),
    ],
  },
  {
    group: 'hooks',
    name: "a file for a regular expression's locations is called by its hash",
    covers: ['vhost.d/HOST_location'],
    proxy: PLAIN,
    files: {
      [`vhost.d/${sha1('~^y[0-9]\\.hooks\\.test$')}_location`]: locationHeader('of the expression'),
    },
    containers: { located: web('~^y[0-9]\\.hooks\\.test$') },
    steps: [
      ask('http://y1.hooks.test/', {
        from: 'located',
        headers: { 'x-location': 'of the expression' },
      }),
    ],
  },
  {
    group: 'hooks',
    name: "a regular expression's own file is called by its hash",
    covers: ['vhost.d/HOST'],
    proxy: PLAIN,
    files: {
      [`vhost.d/${sha1('~^x[0-9]\\.hooks\\.test$')}`]: sitePage('of the expression'),
    },
    containers: { expression: web('~^x[0-9]\\.hooks\\.test$') },
    steps: [
      ask('http://x1.hooks.test/site', { body: 'of the expression' }),
      ask('http://x1.hooks.test/', { from: 'expression' }),
    ],
    except: { httpd: 'there is no virtual host for a regular expression' },
  },
  {
    group: 'hooks',
    name: 'a file is followed: it comes, changes and goes',
    covers: ['vhost.d/HOST', 'files are followed'],
    proxy: PLAIN,
    containers: { followed: web('followed.hooks.test') },
    steps: [
      ask('http://followed.hooks.test/site', { from: 'followed' }),
      write({ 'vhost.d/followed.hooks.test': sitePage('first') }),
      ask('http://followed.hooks.test/site', { body: 'first' }),
      write({ 'vhost.d/followed.hooks.test': sitePage('second') }),
      ask('http://followed.hooks.test/site', { body: 'second' }),
      remove('vhost.d/followed.hooks.test'),
      ask('http://followed.hooks.test/site', { from: 'followed' }),
    ],
  },
  {
    group: 'hooks',
    name: 'a file with a mistake changes nothing that is live, and counts once it is mended',
    covers: ['vhost.d/HOST', 'files are followed'],
    proxy: SPOILT,
    containers: {
      spoilt: web('spoilt.hooks.test'),
      sound: web('sound.hooks.test'),
      later: { ...web('later.hooks.test'), isStarted: false },
    },
    steps: [
      ask('http://spoilt.hooks.test/', { from: 'spoilt' }),
      write({ 'vhost.d/spoilt.hooks.test': 'no such directive;\n' }),
      logged(/unknown directive "no"|Invalid command 'no'|negation\/default currently supported/),
      ask('http://spoilt.hooks.test/', { from: 'spoilt' }),
      ask('http://sound.hooks.test/', { from: 'sound' }),
      write({ 'vhost.d/spoilt.hooks.test': sitePage('mended') }),
      ask('http://spoilt.hooks.test/site', { body: 'mended' }),
      start('later'),
      ask('http://later.hooks.test/', { from: 'later' }),
    ],
  },
  {
    group: 'hooks',
    name: "the operator's own configuration lies beside the generated one",
    covers: ['conf.d/*.conf'],
    proxy: HOOKED,
    containers: { beside: web('beside.hooked.test') },
    steps: [
      ask('http://beside.hooked.test/', { from: 'beside' }),
      ask('http://extra.hooked.test:8090/', { status: 200, body: 'from conf.d' }),
    ],
  },
  {
    group: 'hooks',
    name: "the operator's own configuration can say what holds outside of all sites",
    covers: ['toplevel.conf.d/*.conf'],
    proxy: HOOKED,
    containers: { top: web('top.hooked.test') },
    steps: [
      ask('http://top.hooked.test/', { from: 'top' }),
      see(async (scene) => {
        const log = await scene.docker('exec', scene.proxy.container, 'cat', '/tmp/toplevel.log');
        expect(log).not.toBe('');
      }),
    ],
    except: {
      httpd: 'there is no outside: conf.d is for that too',
      haproxy: 'there is no outside: conf.d is for that too',
    },
  },
];
