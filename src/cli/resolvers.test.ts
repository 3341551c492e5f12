import { expect, it } from 'vitest';
import { defaultResolvers, resolversOf } from './resolvers.ts';

it.each([
  ['nameserver 127.0.0.11\noptions ndots:0\n', '127.0.0.11'],
  [
    '# nameserver 9.9.9.9\nnameserver 10.0.0.1\nnameserver\t2001:db8::1 \n',
    '10.0.0.1 [2001:db8::1]',
  ],
  ['nameserver fe80::1%eth0\nnameserver 10.0.0.1', '10.0.0.1'],
  ['nameserver 10.0.0.1;evil\nnameserver x', ''],
  ['', ''],
])('reads the name servers of %j', (text, resolvers) => {
  expect(resolversOf(text)).toBe(resolvers);
});

it('takes those of the container that tsgen runs in, and none on a host', () => {
  const read: string[] = [];
  const readFile = (path: string) => {
    read.push(path);
    return 'nameserver 127.0.0.11\n';
  };
  expect(defaultResolvers({ selfId: undefined }, readFile)).toBeUndefined();
  expect(read).toEqual([]);
  expect(defaultResolvers({ selfId: 'a'.repeat(64) }, readFile)).toBe('127.0.0.11');
  expect(read).toEqual(['/etc/resolv.conf']);
  expect(defaultResolvers({ selfId: 'a'.repeat(64) }, () => '')).toBeUndefined();
});
