import { describe, expect, it } from 'vitest';
import { type ProxyName, readAccessLog } from './access-log.ts';
import { attribute } from './attribute.ts';
import type { Failure } from './load.ts';

const ID = '0b5f1f9e-5f0e-4f43-9d4c-5f0d1c1b2a3d';
const [OTHER, KILLED] = ['172.18.0.3:8080', '172.18.0.2:8080'];

const failure = (more: Partial<Failure> = {}): Failure => ({
  ...{ id: ID, method: 'POST', reused: false, kind: 'status 502', from: 1000, to: 1100 },
  ...more,
});
const line = (upstreams: string, told: string) =>
  `"POST /work?id=${ID} HTTP/1.1" "${upstreams}" "${told}"`;
const killed = { container: 'web-1', server: KILLED, from: 1050, to: 1150 };

describe("a proxy's access log", () => {
  it.each<[ProxyName, string, string, string[], boolean]>([
    ['nginx', `${OTHER}, ${KILLED}`, '-, 0.001', [OTHER, KILLED], true],
    ['nginx', `${OTHER}, ${KILLED}`, '0.001, -', [OTHER, KILLED], false],
    ['nginx', '-', '-', [], false],
    ['HAProxy', KILLED, '0', [KILLED], true],
    ['HAProxy', KILLED, '-1', [KILLED], false],
    ['HAProxy', '-:-', '-1', [], false],
    ['httpd', `http://${KILLED}`, '502', [KILLED], true],
    ['httpd', `http://${KILLED}`, '503', [KILLED], false],
    ['httpd', '-', '502', [], false],
  ])(
    'of %s tells which servers were asked and whether the last took the connection: %s, %s',
    (proxy, servers, told, upstreams, isConnected) => {
      const log = readAccessLog([`noise ?id=${ID} "-"`, line(servers, told)], proxy);
      expect([...log.values()]).toEqual([{ id: ID, upstreams, isConnected }]);
    },
  );
});

describe('a failed request', () => {
  const kindOf = (failed: Failure, lines: readonly string[], repeats = true) =>
    Object.entries(
      attribute([failed], { log: readAccessLog(lines, 'nginx'), endings: [killed], repeats }),
    ).find(([, list]) => list.length > 0)?.[0];

  it('was in flight in a container that was killed meanwhile', () => {
    expect(kindOf(failure(), [line(`${OTHER}, ${KILLED}`, '-, 0.000')])).toBe('inFlight');
  });

  it('was in flight also where it is a GET and the proxy repeats none', () => {
    expect(kindOf(failure({ method: 'GET' }), [line(KILLED, '0.000')], false)).toBe('inFlight');
  });

  it('was in flight also where the proxy ends a kept connection in place of an answer', () => {
    const cut = failure({ kind: 'ECONNRESET', reused: true });
    expect(kindOf(cut, [line(KILLED, '0.000')], false)).toBe('inFlight');
    expect(kindOf({ ...cut, reused: false }, [line(KILLED, '0.000')], false)).toBe('avoidable');
    // Those that repeat have answers for all.
    expect(kindOf(cut, [line(KILLED, '0.000')])).toBe('avoidable');
  });

  it.each([
    ['it was sent after the end', failure({ from: 1151, to: 1200 }), [line(KILLED, '0.000')]],
    ['it was over before', failure({ to: 1049 }), [line(KILLED, '0.000')]],
    ['another server had it last', failure(), [line(`${KILLED}, ${OTHER}`, '0.000, 0.000')]],
    ['the server took no connection', failure(), [line(KILLED, '-')]],
    ['it may be repeated', failure({ method: 'GET' }), [line(KILLED, '0.000')]],
    ['it was left waiting', failure({ kind: 'timeout' }), [line(KILLED, '0.000')]],
    ['the log does not know it', failure(), []],
    ['a new connection was reset', failure({ kind: 'ECONNRESET' }), []],
  ])('could have been avoided where %s', (_, failed, lines) => {
    expect(kindOf(failed, lines)).toBe('avoidable');
  });

  it('is a reset where its connection had served before and the log does not know it', () => {
    const reset = failure({ kind: 'ECONNRESET', reused: true });
    expect(kindOf(reset, [])).toBe('resets');
    expect(kindOf(reset, [line('-', '-')])).toBe('avoidable');
  });
});
