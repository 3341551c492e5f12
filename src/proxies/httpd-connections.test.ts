import { describe, expect, it } from 'vitest';
import { connectionsIn } from './httpd-connections.ts';

describe("httpd's connections to a worker", () => {
  it.each([
    ['ws://172.18.0.5:3000', '050012AC:0BB8'],
    // Of a machine that has its bytes the other way round.
    ['ws://172.18.0.5:3000', 'AC120005:0BB8'],
    ['ws://172.18.0.5', '050012AC:0050'],
    ['wss://172.18.0.5', '050012AC:01BB'],
    ['ws://[fd00:1:2::3]:8080', '0100 00FD 0000 0200 0000 0000 0300 0000:1F90'],
    ['ws://[fd00::abcd]', '0000 00FD 0000 0000 0000 0000 CDAB 0000:0050'],
    ['ws://[fd00:1:2:3:4:5:6:7]', '0100 00FD 0300 0200 0500 0400 0700 0600:0050'],
    ['ws://[::1]', '0000 0000 0000 0000 0000 0000 0100 0000:0050'],
  ])('are those to its address and port: %s as %s', (worker, end) => {
    const line = `to ${end.replaceAll(' ', '')} 2`;
    const connections = connectionsIn(['clients 3', 'to 0100007F:0050 9', line, 'end']);
    expect(connections?.clients).toBe(3);
    expect(connections?.to(worker)).toBe(2);
    expect(connections?.to(worker.replace(/(?::\d+)?$/, ':9'))).toBe(0);
  });

  it('are not known where the kernel was not asked, or the worker has no address', () => {
    expect(connectionsIn(['end'])).toBeUndefined();
    for (const worker of ['ws://app.test', 'fcgi://172.18.0.5', 'ws://', '*', 'unix:/run/x']) {
      expect(connectionsIn(['clients 0'])?.to(worker)).toBeUndefined();
    }
  });
});
