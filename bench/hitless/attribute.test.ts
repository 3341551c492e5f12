import { describe, expect, it } from 'vitest';
import { readAccessLog } from './access-log.ts';
import { attribute } from './attribute.ts';
import type { Failure } from './load.ts';

const ID = '0b5f1f9e-5f0e-4f43-9d4c-5f0d1c1b2a3d';

const failure = (more: Partial<Failure> = {}): Failure => ({
  ...{ id: ID, method: 'POST', reused: false, kind: 'status 502', from: 1000, to: 1100 },
  ...more,
});
const line = (upstreams: string) =>
  `a.test 127.0.0.1 - - [28/Nov/2026:04:39:01 +0000] "POST /work?id=${ID} HTTP/1.1" 502 157 "-" "-" "${upstreams}"`;
const killed = { container: 'web-1', server: '172.18.0.2:8080', from: 1050, to: 1150 };

describe("a proxy's access log", () => {
  it.each([
    ['nginx', '172.18.0.3:8080, 172.18.0.2:8080', ['172.18.0.3:8080', '172.18.0.2:8080']],
    ['httpd', 'http://172.18.0.2:8080', ['172.18.0.2:8080']],
    ['HAProxy', '172.18.0.2:8080', ['172.18.0.2:8080']],
    ['a proxy that asked nobody', '-', []],
  ])('tells of %s which servers were asked', (_, upstreams, expected) => {
    expect([...readAccessLog(['noise', line(upstreams)])]).toEqual([
      [ID, { id: ID, upstreams: expected }],
    ]);
  });
});

describe('a failed request', () => {
  const kindOf = (failed: Failure, lines: readonly string[], endings = [killed]) =>
    Object.entries(attribute([failed], readAccessLog(lines), endings)).find(
      ([, list]) => list.length > 0,
    )?.[0];

  it('was in flight in a container that was killed meanwhile', () => {
    expect(kindOf(failure(), [line('172.18.0.3:8080, 172.18.0.2:8080')])).toBe('inFlight');
  });

  it.each([
    ['it was sent after the end', failure({ from: 1151, to: 1200 }), [line(killed.server)]],
    ['it was over before', failure({ to: 1049 }), [line(killed.server)]],
    ['another server had it last', failure(), [line(`${killed.server}, 172.18.0.3:8080`)]],
    ['the log does not know it', failure(), []],
    ['a new connection was reset', failure({ kind: 'ECONNRESET' }), []],
  ])('could have been avoided where %s', (_, failed, lines) => {
    expect(kindOf(failed, lines)).toBe('avoidable');
  });

  it('is a reset where its connection had served before and the log does not know it', () => {
    expect(kindOf(failure({ kind: 'ECONNRESET', reused: true }), [])).toBe('resets');
    expect(kindOf(failure({ kind: 'ECONNRESET', reused: true }), [line('-')])).toBe('avoidable');
  });
});
