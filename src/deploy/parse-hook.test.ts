import { describe, expect, it } from 'vitest';
import { parseHook } from './parse-hook.ts';

const HUB = {
  callback_url: 'https://hub.example/u/team/web/hook/123/',
  push_data: { pushed_at: 1_417_566_161, pusher: 'somebody', tag: 'latest', images: [] },
  repository: { repo_name: 'team/web', name: 'web', namespace: 'team', is_private: true },
};

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const event = (change: object = {}, target: object = {}) => ({
  id: '320678d8-ca14-430f-8bb6-4ca139cd83f7',
  timestamp: '2026-03-09T14:44:26.402973972-08:00',
  action: 'push',
  target: {
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    digest: DIGEST,
    repository: 'team/web',
    url: 'http://registry/v2/team/web/manifests/sha256:…',
    tag: '42',
    ...target,
  },
  request: { host: 'registry:5000', method: 'PUT' },
  ...change,
});

describe("Docker Hub's web hook", () => {
  it('is a push with whom to call back', () => {
    expect(parseHook(HUB)).toEqual({
      kind: 'docker-hub',
      push: {
        repository: 'team/web',
        tag: 'latest',
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        callbackUrl: HUB.callback_url,
      },
    });
  });

  it('has one key for each push, however often it is delivered', () => {
    const keyOf = (body: object) => {
      const hook = parseHook(body);
      return hook.kind === 'docker-hub' ? hook.push.key : hook;
    };
    expect(keyOf(structuredClone(HUB))).toBe(keyOf(HUB));
    const later = { ...HUB, push_data: { ...HUB.push_data, pushed_at: 1_417_566_162 } };
    expect(keyOf(later)).not.toBe(keyOf(HUB));
  });

  it('has none where it says nothing that another would not: that one may bring another image', () => {
    for (const pushed_at of [undefined, null, '']) {
      const push_data = { tag: 'latest', pushed_at };
      expect(parseHook({ ...HUB, push_data, callback_url: null })).toEqual({
        kind: 'docker-hub',
        push: { repository: 'team/web', tag: 'latest' },
      });
      expect(parseHook({ ...HUB, push_data })).toHaveProperty('push.key');
    }
  });

  it.each([
    ['no repository', { ...HUB, repository: undefined }, 'repository is missing'],
    ['no tag', { ...HUB, push_data: {} }, 'push_data.tag is missing'],
    ['a tag that is a list', { ...HUB, push_data: { tag: ['latest'] } }, 'push_data.tag is a list'],
    ['a tag with a path', { ...HUB, push_data: { tag: '../x' } }, 'push_data.tag is no tag'],
    [
      'a repository with a host',
      { ...HUB, repository: { repo_name: 'evil.example:80/web' } },
      'repository.repo_name is no name of a repository',
    ],
    [
      'a repository in capitals',
      { ...HUB, repository: { repo_name: 'Team/web' } },
      'repository.repo_name is no name of a repository',
    ],
    ['a number as the callback', { ...HUB, callback_url: 7 }, 'callback_url is a number'],
    [
      'a long callback',
      { ...HUB, callback_url: `https://a.example/${'x'.repeat(3000)}` },
      'callback_url is too long',
    ],
  ])('is refused with %s', (_what, body, reason) => {
    expect(parseHook(body)).toEqual({ kind: 'malformed', reason });
  });
});

describe("a registry's notification", () => {
  it('is the pushes of tags among its events', () => {
    const body = {
      events: [
        event(),
        event({ action: 'pull' }),
        event({}, { tag: undefined, mediaType: 'application/octet-stream' }),
        event({ id: 'other' }, { tag: 'latest', digest: undefined }),
      ],
    };
    const hook = parseHook(body);
    expect(hook).toMatchObject({
      kind: 'registry',
      others: 2,
      pushes: [
        { repository: 'team/web', tag: '42', digest: DIGEST },
        { repository: 'team/web', tag: 'latest' },
      ],
    });
    const keys = hook.kind === 'registry' ? hook.pushes.map(({ key }) => key) : [];
    expect(new Set(keys).size).toBe(2);
  });

  it.each([
    ['no list of events', { events: {} }, 'events is an object'],
    ['an event without an ID', { events: [event({ id: '' })] }, 'events[0].id is empty'],
    [
      'an event without a target',
      { events: [{ id: '1', action: 'push' }] },
      'events[0].target is missing',
    ],
    [
      'a push of no repository',
      { events: [event({}, { repository: undefined })] },
      'events[0].target.repository is no name of a repository',
    ],
    [
      'a digest of its own making',
      { events: [event({}, { digest: 'sha256:zz' })] },
      'events[0].target.digest is no sha256 digest',
    ],
    ['too many events', { events: Array(1_001).fill(event()) }, 'it has more than 1000 events'],
  ])('is refused with %s', (_what, body, reason) => {
    expect(parseHook(body)).toEqual({ kind: 'malformed', reason });
  });
});

describe('a body that is neither', () => {
  it.each([
    ['an empty object', {}],
    ['a key of the prototype', JSON.parse('{"__proto__": {"events": []}}')],
  ])('such as %s is refused', (_what, body) => {
    expect(parseHook(body)).toMatchObject({
      kind: 'malformed',
      reason: expect.stringContaining('neither'),
    });
  });

  it.each([[undefined], [null], ['text'], [[]], [7]])('such as %j is refused', (body) => {
    expect(parseHook(body)).toMatchObject({ kind: 'malformed' });
  });
});
