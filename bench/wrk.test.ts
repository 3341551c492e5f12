import { describe, expect, it } from 'vitest';
import { servedOf } from './wrk.ts';

const SAID = `Running 1s test @ http://172.17.0.5/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.30ms    2.10ms  40.00ms   75.00%
    Req/Sec     4.80k   309.00     5.10k    60.00%
  Latency Distribution
     50%  980.00us
     75%    3.90ms
     90%    5.62ms
     99%    1.20s
  4817 requests in 1.00s, 790.28KB read
Requests/sec:   4805.12
Transfer/sec:    788.33KB
`;

describe('servedOf', () => {
  it('reads how many were served, and how long they took in whatever unit', () => {
    expect(servedOf(SAID)).toEqual({
      requests: 4817,
      perSecond: 4805.12,
      ms: { p50: 0.98, p90: 5.62, p99: 1200 },
    });
  });

  it('takes what it cannot find for no number', () => {
    expect(servedOf('')).toMatchObject({ requests: Number.NaN, ms: { p99: Number.NaN } });
  });
});
