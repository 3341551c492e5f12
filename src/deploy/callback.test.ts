import { describe, expect, it } from 'vitest';
import { callBack, judgeCallback } from './callback.ts';
import { isInternalAddress } from './internal-address.ts';
import { isSecret, isUsableSecret } from './secret.ts';

const HOSTS = new Set(['hub.example', 'hub.example:8443', '93.184.215.14']);

describe('a callback_url', () => {
  it.each([
    ['https://hub.example/hook/1'],
    ['https://HUB.example:443/hook/1'],
    ['https://hub.example:8443/'],
    ['https://93.184.215.14/'],
  ])('%s is allowed', (url) => {
    expect(judgeCallback(url, HOSTS).kind).toBe('allowed');
  });

  it.each([
    ['nonsense', 'is no URL'],
    ['http://hub.example/', 'is not https'],
    ['file:///etc/passwd', 'is not https'],
    ['https://user:pass@hub.example/', 'has a user name or password'],
    ['https://hub.example@evil.example/', 'has a user name or password'],
    ['https://evil.example/?hub.example', 'is not on the allow list'],
    ['https://hub.example.evil.example/', 'is not on the allow list'],
    ['https://hub.example:444/', 'is not on the allow list'],
    ['https://127.0.0.1/', 'points to an internal address'],
    ['https://2130706433/', 'points to an internal address'],
    ['https://0x7f.1/', 'points to an internal address'],
    ['https://[::1]/', 'points to an internal address'],
    ['https://[::ffff:169.254.169.254]/', 'points to an internal address'],
    ['https://localhost/', 'is not on the allow list'],
  ])('%s is refused: %s', (url, reason) => {
    expect(judgeCallback(url, HOSTS)).toEqual({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });
});

describe('calling back', () => {
  const url = new URL('https://hub.example/hook/1');
  const body = { state: 'success', description: 'x'.repeat(400), context: 'test' } as const;
  const onward = { signal: new AbortController().signal };

  it('sends the outcome, cut to what fits, to the addresses that were looked at', async () => {
    const sent: unknown[] = [];
    const addresses = [{ address: '93.184.215.14', family: 4 }];
    const outcome = await callBack(url, body, onward, {
      resolve: async () => addresses,
      send: async (...args) => {
        sent.push(args.slice(1, 3));
        return 204;
      },
    });
    expect(outcome).toEqual({ kind: 'called', status: 204 });
    const text = JSON.stringify({ ...body, description: 'x'.repeat(255) });
    expect(sent).toEqual([[addresses, text]]);
  });

  it.each([['10.0.0.7'], ['127.0.0.1'], ['fd00::1'], ['::ffff:10.0.0.1']])(
    'is refused where one of the addresses is %s',
    async (address) => {
      const outcome = await callBack(url, body, onward, {
        resolve: async () => [
          { address: '93.184.215.14', family: 4 },
          { address, family: address.includes(':') ? 6 : 4 },
        ],
        send: async () => {
          throw new Error('it was called');
        },
      });
      expect(outcome).toEqual({ kind: 'refused', reason: 'hub.example has an internal address' });
    },
  );

  it.each([
    ['a redirection', async () => 302, 'answered with status 302'],
    [
      'a refused connection',
      async () => {
        throw new Error('connect ECONNREFUSED');
      },
      'could not be called: connect ECONNREFUSED',
    ],
  ])('fails with %s', async (_what, send, reason) => {
    const outcome = await callBack(url, body, onward, {
      resolve: async () => [{ address: '93.184.215.14', family: 4 }],
      send,
    });
    expect(outcome).toEqual({ kind: 'failed', reason: expect.stringContaining(reason) });
  });
});

describe('an address', () => {
  it.each([
    ['0.0.0.0'],
    ['10.255.0.1'],
    ['100.64.0.1'],
    ['127.8.8.8'],
    ['169.254.169.254'],
    ['172.16.0.1'],
    ['172.31.255.255'],
    ['192.168.1.1'],
    ['198.18.0.1'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['::'],
    ['::1'],
    ['::ffff:8.8.8.8'],
    ['64:ff9b::808:808'],
    ['fc00::1'],
    ['fe80::1'],
    ['fe80::1%eth0'],
    ['ff02::1'],
    ['2001:db8::1'],
    ['2002:7f00:1::'],
    ['not one'],
    [''],
  ])('%s is internal', (address) => {
    expect(isInternalAddress(address)).toBe(true);
  });

  it.each([['8.8.8.8'], ['172.32.0.1'], ['100.128.0.1'], ['192.167.0.1'], ['2606:4700::1']])(
    '%s is public',
    (address) => {
      expect(isInternalAddress(address)).toBe(false);
    },
  );
});

describe('the secret', () => {
  it('is known by who says it, whole and as it is', () => {
    const secret = 'a-secret-of-some-length';
    expect(isSecret(secret, secret)).toBe(true);
    for (const wrong of ['', 'a', secret.slice(1), `${secret}x`, secret.toUpperCase()]) {
      expect(isSecret(wrong, secret)).toBe(false);
    }
  });

  it('is long enough, and goes into a path as it is', () => {
    expect(isUsableSecret('0123456789abcdef')).toBe(true);
    expect(isUsableSecret('0123456789abcde')).toBe(false);
    expect(isUsableSecret('0123456789/abcdef')).toBe(false);
    expect(isUsableSecret('0123456789 abcdef')).toBe(false);
  });
});
