import { describe, expect, it } from 'vitest';
import { complaintsIn } from './complaints.ts';

describe('complaintsIn', () => {
  it("finds nginx's reason, once, and leaves out requests and dates", () => {
    const bind = '[emerg] 1#1: bind() to 0.0.0.0:81 failed (98: Address already in use)';
    const log = [
      '2026/01/02 03:04:05 [notice] 1#1: signal 1 (SIGHUP) received from 40, reconfiguring',
      `2026/01/02 03:04:05 ${bind}`,
      '2026/01/02 03:04:05 [error] 30#30: *1 connect() failed (111: Connection refused)',
      `2026/01/02 03:04:06 ${bind}`,
      'a.test 172.17.0.1 - - "GET /emerg HTTP/1.1" 200',
    ].join('\n');
    expect(complaintsIn(log)).toEqual([bind]);
  });

  it('finds those of httpd and HAProxy', () => {
    const log = [
      '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:81',
      '[Fri Jan 02 03:04:05.000000 2026] [mpm_event:notice] [pid 1:tid 1] AH00489: resuming',
      '[Fri Jan 02 03:04:05.000000 2026] [core:emerg] [pid 1:tid 1] AH00020: configuration failed',
      '[ALERT]    (8) : Binding [/etc/haproxy.cfg:5] for frontend f: cannot bind socket',
      '[NOTICE]   (1) : Reloading HAProxy',
    ].join('\n');
    expect(complaintsIn(log)).toEqual([
      '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:81',
      '[core:emerg] [pid 1:tid 1] AH00020: configuration failed',
      '[ALERT]    (8) : Binding [/etc/haproxy.cfg:5] for frontend f: cannot bind socket',
    ]);
  });
});
