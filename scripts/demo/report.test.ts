import { describe, expect, it } from 'vitest';
import { lookOf } from './look.ts';
import {
  failureLines,
  type PhaseReport,
  phaseFailureLines,
  phaseLines,
  phasesTable,
} from './report.ts';
import type { Line } from './text.ts';

const { glyphs } = lookOf({ LANG: 'C.UTF-8' }, { isTTY: false, colorDepth: 1 });

function textOf(lines: readonly Line[]): string {
  return lines
    .map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
}

function report(shares: readonly number[], failed = 0): PhaseReport {
  return {
    replicas: shares.length,
    inARow: 250,
    rows: shares.map((share, place) => ({
      name: `web-${place + 1}`,
      state: 'ready',
      place,
      answers: Math.round(share * 250),
      share,
      perSecond: 0,
    })),
    totals: { requests: 1312, failed, p50: 4.31, p95: 17.6, perSecond: 49.2 },
    failures: new Map(failed === 0 ? [] : [['HTTP 502', failed]]),
    tookMs: 6210,
  };
}

describe('phaseLines', () => {
  it('shows the phase in a log', () => {
    expect(textOf(phaseLines(report([0.5, 0.3, 0.2]), 64, glyphs))).toBe(`\
3 replicas: the last 250 answers came from all of them and from no other

         even share 33.3 % ▾              share answers
web-1 █████████████████████████████████  50.0 %     125
web-2 ███████████████████▊               30.0 %      75
web-3 █████████████▎                     20.0 %      50

1,312 requests · 0 failed · 49/s · p50 4.3 ms · p95 18 ms
This phase took 6.2 s`);
  });
});

describe('phasesTable', () => {
  const reports = [report([0.5, 0.3, 0.2]), report([0.48, 0.52], 3)];

  it('has a line a phase', () => {
    expect(textOf(phasesTable(reports, 80, glyphs))).toBe(`\
phase        requests   failed   share of each      p50     p95
3 replicas      1,312        0   20.0 – 50.0 %   4.3 ms   18 ms
2 replicas      1,312        3   48.0 – 52.0 %   4.3 ms   18 ms`);
  });

  it('leaves out the latency where there is little room', () => {
    expect(textOf(phasesTable(reports, 40, glyphs))).toBe(`\
phase requests failed share of each
3        1,312      0 20.0 – 50.0 %
2        1,312      3 48.0 – 52.0 %`);
  });

  it('has a dash for what there is not', () => {
    const totals = { requests: 0, failed: 0, perSecond: 0 };
    const empty = { ...report([]), totals };
    expect(textOf(phasesTable([empty], 80, glyphs)).split('\n')[1]).toMatch(/–.*–.*–/);
  });
});

describe('failureLines', () => {
  it('says that nothing failed', () => {
    expect(textOf(failureLines(new Map(), 1442))).toBe('None of the 1,442 requests failed.');
  });

  it('lists the reasons', () => {
    const reasons = new Map([
      ['HTTP 502', 12],
      ['no answer within 5 s', 1],
    ]);
    expect(textOf(failureLines(reasons, 1442))).toBe(`\
13 of the 1,442 requests failed:
    12 x HTTP 502
     1 x no answer within 5 s`);
  });
});

describe('phaseFailureLines', () => {
  const failure = {
    replicas: 6,
    reason: 'not all answered',
    expected: ['web-1', 'web-2'],
    seen: new Map([
      ['web-1', 249],
      ['\u001b[31mstranger', 1],
    ]),
    totals: { requests: 1442, failed: 0, perSecond: 50 },
    failures: new Map<string, number>(),
    log: ['tsgen-1 | Running \u001b[2J'],
  };

  it('says who was expected, who answered instead and what tsgen said', () => {
    expect(textOf(phaseFailureLines(failure, 80, glyphs))).toBe(`\
✗ 6 replicas: not all answered
expected: web-1, web-2
answered lately: web-1 (249), ?[31mstranger (1)
None of the 1,442 requests failed.

The last lines of tsgen's log:
tsgen-1 | Running ?[2J`);
  });

  it('says so where there is nobody and nothing', () => {
    const nothing = { ...failure, expected: [], seen: new Map(), log: [] };
    expect(textOf(phaseFailureLines(nothing, 80, glyphs))).toMatch(
      /expected: nobody\nanswered lately: nobody\n(.*\n)+.*log:\n\(none\)$/,
    );
  });
});
