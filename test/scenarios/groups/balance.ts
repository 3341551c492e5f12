import { expect } from 'vitest';
import type { Answered } from '../exchange.ts';
import type { Scenario } from '../scenario.ts';
import { PLAIN } from '../setups.ts';
import { ask, askOften, problem, spread } from '../steps.ts';

const LABEL = 'com.github.nginx-proxy.nginx-proxy.loadbalance';

const three = (host: string, balance: string) => {
  const one = { env: { VIRTUAL_HOST: host }, labels: { [LABEL]: balance } };
  return { b1: one, b2: one, b3: one };
};

const ALL = ['b1', 'b2', 'b3'];

const sameOne = (answers: readonly Answered[]) =>
  expect(new Set(answers.map(({ said }) => said?.name)).size).toBe(1);

export const BALANCE: readonly Scenario[] = [
  {
    group: 'balance',
    name: 'a client stays with its container where the containers want it so',
    covers: ['loadbalance'],
    proxy: PLAIN,
    containers: three('client.balance.test', 'ip_hash;'),
    steps: [askOften('http://client.balance.test/', 24, { from: ALL }, sameOne)],
    except: { httpd: 'it has no balancing by client' },
  },
  {
    group: 'balance',
    name: 'an address stays with its container where the containers want it so',
    covers: ['loadbalance'],
    proxy: PLAIN,
    containers: three('address.balance.test', 'hash $request_uri consistent;'),
    steps: [
      askOften('http://address.balance.test/a', 24, { from: ALL }, sameOne),
      askOften('http://address.balance.test/b?c', 24, { from: ALL }, sameOne),
    ],
    except: { httpd: 'it has no balancing by address' },
  },
  {
    group: 'balance',
    name: 'the container with the fewest connections can come first',
    covers: ['loadbalance'],
    proxy: PLAIN,
    containers: three('least.balance.test', 'least_conn;'),
    steps: [spread('http://least.balance.test/', ALL)],
  },
  {
    group: 'balance',
    name: 'anything else in that label is told, and does nothing',
    covers: ['loadbalance', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: three('evil.balance.test', 'ip_hash; } server { listen 82; return 200 evil; }'),
    steps: [
      problem('b1', LABEL),
      spread('http://evil.balance.test/', ALL),
      ask('http://evil.balance.test:82/', { refused: 'connection' }),
    ],
  },
];
