import type { Scenario } from '../scenario.ts';
import { PLAIN } from '../setups.ts';
import { ask, problem, settle, spread } from '../steps.ts';

const web = (hosts: string) => ({ env: { VIRTUAL_HOST: hosts } });

export const HOSTS: readonly Scenario[] = [
  {
    group: 'hosts',
    name: 'a container is served under its host and under no other',
    covers: ['VIRTUAL_HOST', 'unknown host', 'default port'],
    proxy: PLAIN,
    containers: { web: web('one.hosts.test') },
    steps: [
      ask('http://one.hosts.test/x?y=1', { status: 200, from: 'web', asked: { url: '/x?y=1' } }),
      ask('http://other.hosts.test/', { status: 503, from: '' }),
      ask('http://sub.one.hosts.test/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'containers with the same host share the requests',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: {
      shared1: web('shared.hosts.test'),
      shared2: web('shared.hosts.test'),
      shared3: web('shared.hosts.test'),
    },
    steps: [spread('http://shared.hosts.test/', ['shared1', 'shared2', 'shared3'])],
  },
  {
    group: 'hosts',
    name: 'a list of hosts has blanks, empty items and capitals',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: { list: web(' list-a.hosts.test , ,,List-B.Hosts.Test,') },
    steps: [
      ask('http://list-a.hosts.test/', { status: 200, from: 'list' }),
      ask('http://list-b.hosts.test/', { status: 200, from: 'list' }),
      ask('http://LIST-A.hosts.TEST/', { status: 200, from: 'list' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a port in the Host header does not matter for the choice and is told to the container',
    covers: ['VIRTUAL_HOST', 'request headers'],
    proxy: PLAIN,
    containers: { ported: web('ported.hosts.test') },
    steps: [
      ask(
        { url: 'http://ported.hosts.test/', headers: { host: 'ported.hosts.test:8080' } },
        { status: 200, from: 'ported', asked: { headers: { host: 'ported.hosts.test:8080' } } },
      ),
    ],
  },
  {
    group: 'hosts',
    name: 'a wildcard stands for any host below a domain',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: { below: web('*.below.hosts.test') },
    steps: [
      ask('http://a.below.hosts.test/', { status: 200, from: 'below' }),
      ask('http://a.b.below.hosts.test/', { status: 200, from: 'below' }),
      ask('http://below.hosts.test/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a wildcard stands for any end of a host',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: { ends: web('ends.hosts.*') },
    steps: [
      ask('http://ends.hosts.example/', { status: 200, from: 'ends' }),
      ask('http://ends.hosts.co.example/', { status: 200, from: 'ends' }),
      ask('http://other.hosts.example/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a regular expression stands for the hosts that it fits',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: { regex: web('~^(foo|bar)[0-9]+\\.regex\\.hosts\\.test$') },
    steps: [
      ask('http://foo12.regex.hosts.test/', { status: 200, from: 'regex' }),
      ask('http://bar3.regex.hosts.test/', { status: 200, from: 'regex' }),
      ask('http://foo.regex.hosts.test/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'an exact host comes before a wildcard and that before a regular expression',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: {
      exact: web('exact.order.hosts.test'),
      wildcard: web('*.order.hosts.test'),
      expression: web('~order\\.hosts\\.(test|example)$'),
    },
    steps: [
      ask('http://exact.order.hosts.test/', { from: 'exact' }),
      ask('http://else.order.hosts.test/', { from: 'wildcard' }),
      ask('http://else.order.hosts.example/', { from: 'expression' }),
    ],
  },
  {
    group: 'hosts',
    name: 'an address can be a host',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: { address: web('192.0.2.77') },
    steps: [
      ask('http://192.0.2.77/', { status: 200, from: 'address' }),
      ask('http://192.0.2.78/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a host that can be none leaves its own container out and no other',
    covers: ['VIRTUAL_HOST', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: {
      good: web('good.hosts.test'),
      bad: web('bad.hosts.test;} server { listen 81; return 200 "evil"'),
    },
    steps: [
      problem('bad', 'VIRTUAL_HOST'),
      ask('http://good.hosts.test/', { status: 200, from: 'good' }),
      ask('http://bad.hosts.test/', { status: 503, from: '' }),
      ask('http://bad.hosts.test:81/', { refused: 'connection' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a container without a host, or with a blank one, is not served',
    covers: ['VIRTUAL_HOST'],
    proxy: PLAIN,
    containers: { silent: {}, blank: web('  '), spoken: web('spoken.hosts.test') },
    steps: [
      settle,
      ask('http://spoken.hosts.test/', { from: 'spoken' }),
      ask('http://silent/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a host can be given as a label, which counts before the variable',
    covers: ['VIRTUAL_HOST', 'labels of tsgen'],
    proxy: PLAIN,
    containers: {
      labelled: {
        env: { VIRTUAL_HOST: 'variable.hosts.test' },
        labels: { 'tsgen.virtual-host': 'labelled.hosts.test' },
      },
    },
    steps: [
      ask('http://labelled.hosts.test/', { status: 200, from: 'labelled' }),
      ask('http://variable.hosts.test/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'hosts',
    name: 'a label or a variable that is spelt wrong is told, with the right one',
    covers: ['labels of tsgen'],
    proxy: PLAIN,
    containers: {
      misspelt: {
        env: { VIRTUAL_HOSTS: 'misspelt.hosts.test' },
        labels: { 'tsgen.virtual-prot': '80' },
      },
    },
    steps: [
      problem('misspelt', 'VIRTUAL_HOSTS', /VIRTUAL_HOST\b/),
      problem('misspelt', 'tsgen.virtual-prot', /virtual-p(ort|roto)/),
    ],
  },
];
